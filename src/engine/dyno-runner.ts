/** Heroku's start sequence: `bash -c RUNNER dyno COMMAND`, wherever the dyno runs. heroku.md 5.1 */
export const RUNNER: string = String.raw`[ "$PWD" = "$HOME" ] || cd "$HOME" 2>/dev/null
for f in .profile.d/*.sh; do [ -r "$f" ] && . "$f"; done
[ -r .profile ] && . ./.profile
exec bash -c "$1"`;

/** heroku.md 5.2 */
export const BASE_PATH = "/usr/local/bin:/usr/bin:/bin";

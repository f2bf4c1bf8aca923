/** The rules of buildpack-nodejs.md B and C (heroku/procfile), by section; each is held by the cases that name it. */
export const RULES = {
  "B.detect": "root file Aptfile: `Apt`; else a message on stderr, status 1",
  "B.release": "no default process types",
  "B1.ignored": "comment lines, blanks before the # too, and blank lines",
  "B1.repo": "`:repo:` in column one goes to the private source list; with blanks before it, it is names",
  "B1.deb": "a line that ends in `deb` is fetched by curl",
  "B1.names": "names parted by blanks or tabs, versions, releases and globs go to apt as they stand",
  "B1.trailing-comment": "a comment behind a name is not stripped",
  "B1.crlf": "CRLF breaks names",
  "B1.nothing":
    "only comments, blanks and :repo: lines: a note, status 0, nothing installed, no profile script",
  "B2.order": "the steps in their order and words",
  "B2.flush": "the cache is flushed for another Aptfile or stack, and on the first build",
  "B2.reuse": "else it is reused; the index is brought up to date all the same",
  "B2.unpack": "each file is unpacked into .apt",
  "B2.profile": ".profile.d/000_apt.sh",
  "B2.export": "the environment of later buildpacks",
  "B2.pc": "prefix= of .pc files",
  "B2.git": "git among the packages: GIT_EXEC_PATH in both",
  "B2.failure": "a failure of apt or of a download fails the build, and leaves the cache as it was",
  distribution: "packages of another system than Heroku's are told, and refused when strict",
  "C.procfile": "an app of a Procfile alone, with heroku/procfile set",
} as const;

export type Rule = keyof typeof RULES;

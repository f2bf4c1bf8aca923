/** The stack that is emulated: `$STACK`, and what the API shows. heroku.md 1.5 */
export const STACK = "heroku-24";

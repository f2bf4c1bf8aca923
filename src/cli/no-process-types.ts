import { failed, type Outcome } from "./command.ts";

/** heroku.md 9 */
export function noProcessTypes(app: string): Outcome {
  return failed(
    `No process types on ⬢ ${app}.`,
    "Upload a Procfile to add process types.\nhttps://devcenter.heroku.com/articles/procfile",
  );
}

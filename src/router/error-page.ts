import type { RouterCode } from "../heroku/router-codes.ts";

/** What the app wants to have shown instead: absolute http(s) URLs. heroku.md 3.10 */
export interface PageUrls {
  /** Config var ERROR_PAGE_URL. */
  readonly error: string | undefined;
  /** Config var MAINTENANCE_PAGE_URL. */
  readonly maintenance: string | undefined;
}

/** Titles that Heroku's pages have; around a page of the app's own, too. heroku.md 3.10 */
const ERROR_TITLE = "Application Error";
const MAINTENANCE_TITLE = "Offline for Maintenance";

/** The page of a request that ended with this code. */
export function errorPage(code: RouterCode, urls: PageUrls): Buffer {
  if (code === "H80")
    return urls.maintenance === undefined ? MAINTENANCE : framed(MAINTENANCE_TITLE, urls.maintenance);
  if (code === "H81") return BLANK_APP;
  return urls.error === undefined ? APPLICATION_ERROR : framed(ERROR_TITLE, urls.error);
}

/** The app's own page in one frame, which is all that Heroku's own document has. heroku.md 3.10 */
function framed(title: string, url: string): Buffer {
  return page(
    title,
    "html, body, iframe { margin: 0; padding: 0; width: 100%; height: 100% }\niframe { display: block; border: 0 }",
    `<iframe src="${inAttribute(url)}"></iframe>`,
  );
}

function inAttribute(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function page(title: string, style: string, body: string): Buffer {
  return Buffer.from(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
${style}
</style>
</head>
<body>
${body}
</body>
</html>
`);
}

/** Complete without a network: Heroku frames a page of its site instead. router.md 17.20, heroku.md 3.10 */
function ownPage(title: string, sentences: string): Buffer {
  return page(
    title,
    `html, body { height: 100%; margin: 0 }
body { display: flex; align-items: center; justify-content: center; font: 16px/1.5 sans-serif; color: #333; background: #f6f6f9 }
main { max-width: 34em; padding: 2em }`,
    `<main>\n<h1>${title}</h1>\n${sentences}\n</main>`,
  );
}

const APPLICATION_ERROR = ownPage(
  ERROR_TITLE,
  `<p>The app could not answer this request.</p>
<p>If it is yours, its log says why: <code>dynosim logs --tail</code></p>`,
);

const MAINTENANCE = ownPage(
  MAINTENANCE_TITLE,
  `<p>This app is in maintenance mode and answers no requests.</p>
<p>If it is yours: <code>dynosim maintenance:off</code></p>`,
);

const BLANK_APP = ownPage(
  "Blank app",
  `<p>Nothing has been deployed to this app yet.</p>
<p>If it is yours, the output of <code>dynosim up</code> says why.</p>`,
);

export const NO_SUCH_APP: Buffer = ownPage(
  "No such app",
  `<p>No app answers to this host name here.</p>
<p><code>dynosim apps</code> lists the ones that are running, with their addresses.</p>`,
);

/*
 * Pages of our own, complete without a network: Heroku frames one from its site instead. router.md 17.20, heroku.md 3.10
 */

function page(title: string, sentences: string): Buffer {
  return Buffer.from(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
html, body { height: 100%; margin: 0 }
body { display: flex; align-items: center; justify-content: center; font: 16px/1.5 sans-serif; color: #333; background: #f6f6f9 }
main { max-width: 34em; padding: 2em }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${sentences}
</main>
</body>
</html>
`);
}

export const APPLICATION_ERROR: Buffer = page(
  "Application Error",
  `<p>The app could not answer this request.</p>
<p>If it is yours, its log says why: <code>dynosim logs --tail</code></p>`,
);

export const NO_SUCH_APP: Buffer = page(
  "No such app",
  `<p>No app answers to this host name here.</p>
<p><code>dynosim apps</code> lists the ones that are running, with their addresses.</p>`,
);

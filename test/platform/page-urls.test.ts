import { expect, it } from "vitest";
import { PageUrlVars } from "../../src/platform/page-urls.ts";

const BAD = (name: string, value: string): string =>
  `${name} is no http or https URL, so the router shows dynosim's own page: ${JSON.stringify(value)}`;

it.each([
  ["https://example.com/a.html", "https://example.com/a.html"],
  [" http://example.com ", "http://example.com/"],
  ["//s3.example.com/bucket/a b.html", "//s3.example.com/bucket/a%20b.html"],
  ['https://example.com/"><script>', "https://example.com/%22%3E%3Cscript%3E"],
  ["", undefined],
])("%j is %j (heroku.md 3.10)", (value, url) => {
  const notices: string[] = [];
  const pages = new PageUrlVars(
    () => ({ ERROR_PAGE_URL: value }),
    (line) => notices.push(line),
  );
  expect(pages.read()).toEqual({ error: url, maintenance: undefined });
  expect(notices).toEqual([]);
});

it.each([
  "page.html",
  "/page.html",
  "javascript:alert(1)",
  "data:text/html,x",
  "file:///x",
  "https://",
  "//",
  "ftp://x/",
])("%j is none, and that is told", (value) => {
  const notices: string[] = [];
  const pages = new PageUrlVars(
    () => ({ MAINTENANCE_PAGE_URL: value }),
    (line) => notices.push(line),
  );
  expect(pages.read()).toEqual({ error: undefined, maintenance: undefined });
  expect(notices).toEqual([BAD("MAINTENANCE_PAGE_URL", value)]);
});

it("follows the config vars, and tells of the same bad one once", () => {
  const notices: string[] = [];
  let vars: Readonly<Record<string, string>> = {};
  const pages = new PageUrlVars(
    () => vars,
    (line) => notices.push(line),
  );
  expect(pages.read()).toEqual({ error: undefined, maintenance: undefined });
  vars = { ERROR_PAGE_URL: "x", MAINTENANCE_PAGE_URL: "https://m/" };
  expect(pages.read()).toEqual({ error: undefined, maintenance: "https://m/" });
  vars = { ...vars, OTHER: "1" };
  pages.read();
  pages.read();
  expect(notices).toEqual([BAD("ERROR_PAGE_URL", "x")]);
  vars = { ERROR_PAGE_URL: "https://e/" };
  expect(pages.read()).toEqual({ error: "https://e/", maintenance: undefined });
  vars = { ERROR_PAGE_URL: "x" };
  pages.read();
  expect(notices).toHaveLength(2);
});

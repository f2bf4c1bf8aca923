import { expect, it } from "vitest";
import { titleCase } from "../../src/http/field-case.ts";
import { parseHost } from "../../src/http/host.ts";
import { originForm } from "../../src/http/target.ts";

it.each([
  ["GET", "/", "/"],
  ["GET", "/a?b=c", "/a?b=c"],
  ["GET", "/a?", "/a"],
  ["GET", "/a?b?", "/a?b?"],
  ["GET", "/a#f", "/a"],
  ["GET", "/a?#f", "/a"],
  ["GET", "//x/y", "//x/y"],
  ["GET", "http://h", "/"],
  ["GET", "HTTPS://h:1?q", "/?q"],
  ["GET", "http://h/p?q#f", "/p?q"],
  ["OPTIONS", "*", "*"],
  ["OPTIONS", "http://h", "*"],
  ["GET", "*", undefined],
  ["GET", "a", undefined],
  ["GET", "ftp://h/", undefined],
  ["GET", "http:///p", undefined],
  ["CONNECT", "h:443", undefined],
])("target of %s %s is %s (router.md 3.5 to 3.9)", (method, target, expected) => {
  expect(originForm(method, target)).toBe(expected);
});

it.each([
  ["App.LOCALHOST", { name: "app.localhost", text: "app.localhost" }],
  ["a:5000", { name: "a", text: "a:5000" }],
  ["a:", { name: "a", text: "a" }],
  ["127.0.0.1:80", { name: "127.0.0.1", text: "127.0.0.1:80" }],
  ["[::1]:5000", { name: "::1", text: "[::1]:5000" }],
  ["my_app-1.x", { name: "my_app-1.x", text: "my_app-1.x" }],
  ["", undefined],
  ["a b", undefined],
  ["a/b", undefined],
  ["u@a", undefined],
  ["a\\b", undefined],
  ["a,b", undefined],
  ["a:x", undefined],
  ["a:65536", undefined],
  ["a:1:2", undefined],
  ["::1", undefined],
  ["[::1", undefined],
  ["\xe9", undefined],
])("host %j is %j (router.md 4.11 to 4.15)", (text, expected) => {
  expect(parseHost(text)).toEqual(expected);
});

it.each([
  ["x-aa-bb", "X-Aa-Bb"],
  ["etag", "Etag"],
  ["www-authenticate", "Www-Authenticate"],
  ["1a-b_c", "1a-B_c"],
])("%s is written %s (router.md 4.1)", (name, expected) => {
  expect(titleCase(name)).toBe(expected);
});

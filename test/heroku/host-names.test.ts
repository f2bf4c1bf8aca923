import { describe, expect, it } from "vitest";
import { covers, hostName, isApex, type HostName } from "../../src/heroku/host-names.ts";

describe("domains that can be added", () => {
  it.each([
    ["www.example.com", "www.example.com"],
    ["Example.COM", "example.com"],
    ["*.example.com", "*.example.com"],
    ["*.shop.localhost", "*.shop.localhost"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["1.2.3.4.in-addr.arpa", "1.2.3.4.in-addr.arpa"],
    [`${"a".repeat(63)}.com`, `${"a".repeat(63)}.com`],
  ])("%s", (text, name) => {
    expect(hostName(text)).toBe(name);
  });

  it.each([
    "",
    "example",
    "localhost",
    "127.0.0.1",
    "::1",
    "*",
    "*.com",
    "www.*.example.com",
    "w*.example.com",
    "*.*.example.com",
    ".example.com",
    "example.com.",
    "example..com",
    "-a.example.com",
    "a-.example.com",
    "a_b.example.com",
    "http://example.com",
    "example.com/",
    "example.com:80",
    "bücher.example",
    "exa mple.com",
    "example.com\n",
    '"example.com',
    `${"a".repeat(64)}.com`,
    `${"a.".repeat(126)}com`,
  ])("not %j", (text) => {
    expect(hostName(text)).toBeUndefined();
  });
});

it.each([
  ["www.example.com", "www.example.com", true],
  ["www.example.com", "example.com", false],
  ["example.com", "www.example.com", false],
  ["*.example.com", "www.example.com", true],
  ["*.example.com", "a.b.example.com", true],
  ["*.example.com", "example.com", false],
  ["*.example.com", ".example.com", false],
  ["*.example.com", "badexample.com", false],
])("%s covers %s: %s", (domain, host, does) => {
  expect(covers(domain as HostName, host)).toBe(does);
});

it.each([
  ["example.com", true],
  ["example.co.uk", true],
  ["www.example.com", false],
  ["*.example.com", false],
  ["www.example.co.uk", false],
  ["shop.example.de", false],
])("%s is a root domain: %s", (domain, is) => {
  expect(isApex(domain)).toBe(is);
});

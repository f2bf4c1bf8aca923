import { describe, expect, it } from "vitest";
import { requestText, trailerText } from "../../../src/router/http2/request-text.ts";

const PSEUDO = [":method", "GET", ":scheme", "https", ":authority", "app.test", ":path", "/"];

function without(name: string): string[] {
  return PSEUDO.filter((_, index) => PSEUDO[index - (index % 2)] !== name);
}

function withOther(name: string, value: string): string[] {
  return [...without(name), name, value];
}

describe("a request of HTTP/2 as HTTP/1.1", () => {
  it.each([
    ["the least", PSEUDO, true, "GET / HTTP/1.1\r\nhost: app.test\r\nconnection: close\r\n\r\n"],
    [
      "fields in their order, cookies as one",
      [...PSEUDO, "x-b", "1", "cookie", "a=1", "x-a", "", "cookie", "b=2", "x-b", "2"],
      true,
      "GET / HTTP/1.1\r\nhost: app.test\r\nx-b: 1\r\nx-a: \r\nx-b: 2\r\ncookie: a=1; b=2\r\nconnection: close\r\n\r\n",
    ],
    [
      "a body without a length",
      withOther(":method", "POST"),
      false,
      "POST / HTTP/1.1\r\nhost: app.test\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
    ],
    [
      "a body with one",
      [...withOther(":method", "POST"), "content-length", "3"],
      false,
      "POST / HTTP/1.1\r\nhost: app.test\r\ncontent-length: 3\r\nconnection: close\r\n\r\n",
    ],
    [
      "a host in place of an authority",
      [...without(":authority"), "host", "app.test"],
      true,
      "GET / HTTP/1.1\r\nhost: app.test\r\nconnection: close\r\n\r\n",
    ],
    [
      "a host that says the same",
      [...PSEUDO, "host", "APP.test"],
      true,
      "GET / HTTP/1.1\r\nhost: app.test\r\nconnection: close\r\n\r\n",
    ],
    [
      "no host: the router refuses it",
      without(":authority"),
      true,
      "GET / HTTP/1.1\r\nconnection: close\r\n\r\n",
    ],
    [
      "a star",
      [":method", "OPTIONS", ":scheme", "https", ":path", "*"],
      true,
      "OPTIONS * HTTP/1.1\r\nconnection: close\r\n\r\n",
    ],
    [
      "a tunnel: the router refuses it",
      [":method", "CONNECT", ":authority", "app.test:443"],
      true,
      "CONNECT app.test:443 HTTP/1.1\r\nhost: app.test:443\r\nconnection: close\r\n\r\n",
    ],
    [
      "te: trailers",
      [...PSEUDO, "te", "trailers"],
      true,
      "GET / HTTP/1.1\r\nhost: app.test\r\nte: trailers\r\nconnection: close\r\n\r\n",
    ],
  ])("%s", (_, raw, endsHere, text) => {
    expect(requestText(raw, endsHere)).toBe(text);
  });

  it.each([
    ["no method", without(":method")],
    ["no scheme", without(":scheme")],
    ["no path", without(":path")],
    ["a scheme that it did not come by", withOther(":scheme", "http")],
    ["a path without a slash", withOther(":path", "a")],
    ["an empty path", withOther(":path", "")],
    ["an absolute path", withOther(":path", "https://app.test/")],
    ["a star for a GET", withOther(":path", "*")],
    ["a path with a line end", withOther(":path", "/ HTTP/1.1\r\nx: y")],
    ["a path with a space", withOther(":path", "/a b")],
    ["a path with a control byte", withOther(":path", "/\x01")],
    ["a method that is no token", withOther(":method", "GE T")],
    ["an empty method", withOther(":method", "")],
    ["an authority with a line end", withOther(":authority", "a\r\nx: y")],
    ["a path for a tunnel", withOther(":method", "CONNECT")],
    ["a tunnel to nowhere", [":method", "CONNECT"]],
    ["an unknown pseudo field", [...PSEUDO, ":protocol", "websocket"]],
    ["a pseudo field twice", [...PSEUDO, ":path", "/"]],
    ["a pseudo field behind others", [...without(":path"), "x-a", "1", ":path", "/"]],
    ["another host", [...PSEUDO, "host", "other.test"]],
    ["two hosts", [...without(":authority"), "host", "app.test", "host", "app.test"]],
    ["connection", [...PSEUDO, "connection", "close"]],
    ["proxy-connection", [...PSEUDO, "proxy-connection", "close"]],
    ["keep-alive", [...PSEUDO, "keep-alive", "1"]],
    ["transfer-encoding", [...PSEUDO, "transfer-encoding", "chunked"]],
    ["upgrade", [...PSEUDO, "upgrade", "websocket"]],
    ["http2-settings", [...PSEUDO, "http2-settings", "AA"]],
    ["another te", [...PSEUDO, "te", "gzip, trailers"]],
    ["a name in capitals", [...PSEUDO, "X-A", "1"]],
    ["a name that is no token", [...PSEUDO, "x a", "1"]],
    ["a name with a line end", [...PSEUDO, "x\r\ny", "1"]],
    ["an empty name", [...PSEUDO, "", "1"]],
    ["a value with CR LF", [...PSEUDO, "x-a", "1\r\nhost: evil"]],
    ["a value with CR", [...PSEUDO, "x-a", "1\r"]],
    ["a value with LF", [...PSEUDO, "x-a", "1\n"]],
    ["a value with NUL", [...PSEUDO, "x-a", "\0"]],
    ["a value beyond Latin-1", [...PSEUDO, "x-a", "\u010d\u010a"]],
    ["a cookie with a line end", [...PSEUDO, "cookie", "a=1\r\nhost: evil"]],
  ])("%s is malformed", (_, raw) => {
    expect(requestText(raw, true)).toBeUndefined();
  });
});

describe("trailers of HTTP/2 as HTTP/1.1", () => {
  it.each([
    [[], "\r\n"],
    [["x-a", "1", "x-b", "2"], "x-a: 1\r\nx-b: 2\r\n\r\n"],
  ])("%j", (raw, text) => {
    expect(trailerText(raw)).toBe(text);
  });

  it.each([[[":path", "/"]], [["x-a", "1\r\n0\r\n\r\n"]], [["X-A", "1"]], [["connection", "close"]]])(
    "%j are malformed",
    (raw) => {
      expect(trailerText(raw)).toBeUndefined();
    },
  );
});

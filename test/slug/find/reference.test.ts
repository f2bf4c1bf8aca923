import { describe, expect, it } from "vitest";
import {
  canonicalReference,
  parseReference,
  type BuildpackReference,
} from "../../../src/slug/buildpack-reference.ts";

describe("what a user can name a buildpack by", () => {
  it.each<[text: string, reference: BuildpackReference]>([
    ["heroku/python", { kind: "name", name: "heroku/python" }],
    ["urn:buildpack:heroku/python", { kind: "name", name: "heroku/python" }],
    ["heroku-community/apt", { kind: "name", name: "heroku-community/apt" }],
    [
      "https://buildpack-registry.s3.amazonaws.com/buildpacks/heroku-community/apt.tgz",
      { kind: "name", name: "heroku-community/apt" },
    ],
    [
      "https://codon-buildpacks.s3.amazonaws.com/buildpacks/heroku/ruby.tgz",
      { kind: "name", name: "heroku/ruby" },
    ],
    ["python", { kind: "name", name: "python" }],
    ["./packs/mine", { kind: "folder", path: "./packs/mine" }],
    ["../mine", { kind: "folder", path: "../mine" }],
    [".", { kind: "folder", path: "." }],
    ["/srv/packs/mine", { kind: "folder", path: "/srv/packs/mine" }],
    ["~/mine", { kind: "folder", path: "~/mine" }],
    ["./mine.tgz", { kind: "archive-file", path: "./mine.tgz" }],
    ["/srv/mine.tar.gz", { kind: "archive-file", path: "/srv/mine.tar.gz" }],
    ["file:///srv/my%20own.tgz", { kind: "archive-file", path: "/srv/my own.tgz" }],
    ["https://example.com/mine.tgz?x=1", { kind: "archive-url", url: "https://example.com/mine.tgz?x=1" }],
    ["http://example.com/mine.tar.gz", { kind: "archive-url", url: "http://example.com/mine.tar.gz" }],
    [
      "https://github.com/heroku/heroku-buildpack-nginx",
      { kind: "git", url: "https://github.com/heroku/heroku-buildpack-nginx", ref: undefined },
    ],
    ["https://github.com/o/r.git#v1.2", { kind: "git", url: "https://github.com/o/r.git", ref: "v1.2" }],
    ["https://github.com/o/r.git#", { kind: "git", url: "https://github.com/o/r.git", ref: undefined }],
    ["git@github.com:o/r.git#main", { kind: "git", url: "git@github.com:o/r.git", ref: "main" }],
    ["ssh://git@host/o/r", { kind: "git", url: "ssh://git@host/o/r", ref: undefined }],
    ["git://host/o/r", { kind: "git", url: "git://host/o/r", ref: undefined }],
    ["file:///srv/mine", { kind: "git", url: "file:///srv/mine", ref: undefined }],
    ["../mine.git", { kind: "git", url: "../mine.git", ref: undefined }],
    ["/srv/mine#v2", { kind: "git", url: "/srv/mine", ref: "v2" }],
    ["ext::sh -c id", { kind: "name", name: "ext::sh -c id" }],
    ["--upload-pack=x", { kind: "name", name: "--upload-pack=x" }],
  ])("%s", (text, reference) => {
    expect(parseReference(text)).toEqual(reference);
  });

  it.each([
    ["urn:buildpack:heroku/python", "heroku/python"],
    [" heroku/python ", "heroku/python"],
    ["https://github.com/o/r.git#v1", "https://github.com/o/r.git#v1"],
  ])("%s is kept as %s", (text, kept) => {
    expect(canonicalReference(text)).toBe(kept);
  });
});

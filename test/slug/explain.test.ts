import { describe, expect, it } from "vitest";
import { mebibytes } from "../../src/kernel/units.ts";
import { explain } from "../../src/platform/explain.ts";
import type { PlatformFailure } from "../../src/platform/failure.ts";

describe("what a person reads", () => {
  it.each<[failure: PlatformFailure, exitCode: number, parts: string[]]>([
    [{ kind: "folder-missing", folder: "/x" }, 2, ["/x", "--dir"]],
    [{ kind: "git-refused", folder: "/x", reason: "dubious ownership" }, 1, ["dubious", "--working-tree"]],
    [{ kind: "git-wanted", ref: "v1", lacks: "git" }, 1, ["v1", "not installed"]],
    [{ kind: "unknown-ref", ref: "v1", folder: "/x" }, 2, ["v1", "git log"]],
    [{ kind: "unreadable", path: "Procfile", reason: "EACCES" }, 1, ["Procfile", "EACCES"]],
    [
      { kind: "bad-json", file: "app.json", line: 3, column: 1, reason: "Unexpected token" },
      1,
      ["app.json", "line 3, column 1"],
    ],
    [
      { kind: "bad-app-json", path: "env.A.value", expected: "a string", found: "a list" },
      1,
      ["env.A.value", "a string", "a list"],
    ],
    [{ kind: "bad-env-file", file: ".env", line: 2, reason: "open-quote" }, 2, [".env, line 2", "quote"]],
    [{ kind: "no-buildpack", files: ["a.txt"], below: "back/requirements.txt" }, 4, ["a.txt", "--dir back"]],
    [{ kind: "no-buildpack", files: [], below: undefined }, 4, ["no file", "requirements.txt"]],
    [
      { kind: "no-buildpack", files: ["Procfile", "run.sh"], below: undefined },
      4,
      ["requirements.txt", "buildpacks:set heroku/procfile"],
    ],
    [
      { kind: "no-buildpack", files: ["Dockerfile", "heroku.yml"], below: undefined },
      4,
      [
        "heroku.yml and Dockerfile",
        "stack container",
        "run the image with Docker itself",
        "requirements.txt",
      ],
    ],
    [{ kind: "buildpack-refused", buildpack: "x", output: ["why"] }, 4, ["x", "why"]],
    [{ kind: "bad-buildpack", buildpack: "x", reason: "there is no bin/detect" }, 2, ["x", "bin/detect"]],
    [
      {
        kind: "compile-failed",
        language: "Python",
        status: 1,
        identifier: "python-version::eol",
        report: {},
      },
      4,
      ["Python", "python-version::eol", "status 1"],
    ],
    [
      { kind: "compile-failed", language: "Python", status: 137, identifier: undefined, report: {} },
      4,
      ["killed"],
    ],
    [{ kind: "build-out-of-memory", language: "Node.js" }, 4, ["Node.js", "2.5 GB"]],
    [
      {
        kind: "unknown-buildpack",
        name: "heroku/pyton",
        meant: "heroku/python",
        known: ["heroku/python"],
        repository: undefined,
      },
      1,
      ["heroku/pyton is not in the buildpack registry.", "Did you mean heroku/python?"],
    ],
    [
      {
        kind: "unknown-buildpack",
        name: "python",
        meant: "heroku/python",
        known: ["heroku/python"],
        repository: undefined,
      },
      1,
      ["Could not find the buildpack: python. To specify a buildpack", "Did you mean heroku/python?"],
    ],
    [
      {
        kind: "buildpack-unreachable",
        buildpack: "https://e.com/x.git",
        reason: "Could not resolve host: e.com",
      },
      4,
      ["https://e.com/x.git could not be fetched", "Could not resolve host: e.com", "its git"],
    ],
    [
      { kind: "buildpack-ref", buildpack: "https://e.com/x.git#v9", url: "https://e.com/x.git", ref: "v9" },
      4,
      ["https://e.com/x.git has no branch, tag or commit v9.", "git ls-remote https://e.com/x.git"],
    ],
    [
      {
        kind: "unsafe-archive",
        buildpack: "./x.tgz",
        path: "../evil",
        reason: "it would lie outside of the buildpack",
      },
      4,
      [
        "./x.tgz is refused because of ../evil",
        "it would lie outside of the buildpack",
        "Nothing of it was unpacked",
      ],
    ],
    [
      {
        kind: "unknown-buildpack",
        name: "heroku/ruby",
        meant: undefined,
        known: ["heroku/python"],
        repository: "https://github.com/heroku/heroku-buildpack-ruby",
      },
      1,
      [
        "heroku/ruby does not come with dynosim",
        "--stack-image",
        "https://github.com/heroku/heroku-buildpack-ruby",
      ],
    ],
    [
      {
        kind: "slug-too-large",
        size: mebibytes(731),
        limit: mebibytes(500),
        largest: [{ name: "torch (Python package)", size: mebibytes(1434), files: 9123 }],
      },
      4,
      ["731", "500", ".slugignore", "1.4G  torch (Python package) (9123 files)"],
    ],
    [{ kind: "build-timeout", minutes: 15 }, 4, ["15 minutes"]],
    [{ kind: "build-aborted" }, 4, ["stopped"]],
    [{ kind: "no-slug-folder" }, 4, ["no folder"]],
    [{ kind: "source-changed", path: "a.py" }, 4, ["a.py"]],
    [{ kind: "slug-file", file: "/x/s.tgz", reason: "ENOSPC" }, 1, ["/x/s.tgz", "ENOSPC"]],
  ])("%j", (failure, exitCode, parts) => {
    const { title, body, next, exitCode: code } = explain(failure);
    expect(code).toBe(exitCode);
    for (const part of parts) expect(`${title} ${body} ${next}`).toContain(part);
  });
});

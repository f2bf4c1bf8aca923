import { describe, expect, it } from "vitest";
import { Project } from "./rig.ts";

/** `npm run test:all` makes the images of the other minors too; the core suite keeps to one. */
const MINORS = process.env["DYNOSIM_TEST_ALL"] === undefined ? ["3.13"] : ["3.11", "3.13", "3.14"];

const APP = {
  Procfile: "web: gunicorn app:app\n",
  "requirements.txt": "gunicorn==27.0.1\nmarkupsafe==3.0.4\n",
  "app.py": [
    "import ssl, sqlite3, sys, markupsafe._speedups",
    "def app(environ, start):",
    "    start('200 OK', [])",
    "    return [f'{sys.version_info.major}.{sys.version_info.minor} {sys.prefix} {ssl.OPENSSL_VERSION}'.encode()]",
  ].join("\n"),
};

describe.each(MINORS)("Python %s", (minor) => {
  it("builds, serves from /app with nothing of Python outside it, and says what was installed", async () => {
    await using project = Project.of({ ...APP, ".python-version": `${minor}\n` });
    await using app = await project.up();
    expect(app.stderr).toMatch(new RegExp(`-----> Using Python ${minor} specified in \\.python-version`));
    expect(app.stderr).toMatch(new RegExp(`-----> Installing Python ${minor.replace(".", "\\.")}\\.\\d+`));
    expect(await (await app.fetch("/")).text()).toMatch(
      new RegExp(`^${minor} /app/\\.heroku/python OpenSSL `),
    );
    const outside = await app.dynosim(
      "run",
      "ls /usr/bin/python3* /usr/local/bin/python3* /usr/bin/gcc /usr/bin/make",
    );
    expect(outside.stdout).toBe("");
  });
});

describe("a minor that cannot be had", () => {
  it("3.12: the nearest newer one, said loudly; --strict refuses", async () => {
    await using project = Project.of({ ...APP, ".python-version": "3.12\n" });
    const strict = await project.dynosim("build", "--strict");
    expect(strict.exitCode).toBe(4);
    expect(strict.stderr).toContain("3.12");
    const built = await project.dynosim("build");
    expect(built.exitCode).toBe(0);
    expect(built.stderr).toContain("-----> Using Python 3.12 specified in .python-version");
    expect(built.stderr).toMatch(/ !     Warning: .*3\.12/);
    expect(built.stderr).toMatch(/-----> Installing Python 3\.13\.\d+/);
  });
});

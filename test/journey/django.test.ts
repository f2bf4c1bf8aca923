import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project, type RunningApp } from "./rig.ts";

describe("the Django example", () => {
  let project: Project;
  let app: RunningApp;
  beforeAll(async () => {
    project = Project.example("django-whitenoise");
    app = await project.up();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  it("collects its static files in the build, and WhiteNoise serves them", async () => {
    expect(app.stderr).toMatch(
      /^-----> \$ python manage\.py collectstatic --noinput\n {7}\d+ static files copied to '\/tmp\/build_[0-9a-f]{8}\/staticfiles', \d+ post-processed\.\n\n-----> Saving cache$/m,
    );
    const page = await app.fetch("/");
    expect(page.status).toBe(200);
    const path = /href="(\/static\/site\.[0-9a-f]{12}\.css)"/.exec(await page.text())?.[1] ?? "no hash";
    const css = await app.fetch(path);
    expect(css.status).toBe(200);
    expect(css.headers.get("cache-control")).toContain("immutable");
    expect(await css.text()).toMatch(/url\("dots\.[0-9a-f]{12}\.svg"\)/);
  });

  it("a file that a style sheet names and nobody has breaks the build, with an identifier", async () => {
    rmSync(join(project.folder, "static/dots.svg"));
    const { exitCode, stdout, stderr } = await project.dynosim("build", "--json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.any(String) });
    expect(stderr).toContain("       Traceback (most recent call last):\n");
    expect(stderr).toContain("\n\n !     Error: Unable to generate Django static files.\n");
    expect(stderr).toContain("\n !     Push rejected, failed to compile Python app.\n");
    expect(JSON.parse(stdout)).toMatchObject({
      compiled: false,
      error: {
        identifier: "collectstatic-fancy-references",
        report: {
          failure_reason: "collectstatic-fancy-references",
          cache_status: "reused",
          package_manager: "pip",
          django_collectstatic: "enabled",
        },
      },
    });
    expect((await app.fetch("/")).status).toBe(200);
  });
});

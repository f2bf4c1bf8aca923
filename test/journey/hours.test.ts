import { describe, expect, it } from "vitest";
import { Project } from "./rig.ts";

const PROCFILE = "web: gunicorn app:app\nworker: python -c 'import time; time.sleep(3600)'\n";
const NO_MORE = ["Idling", "State changed from up to down", "Idling because quota is exhausted"];

describe("an eco app with web and worker", () => {
  it("sleeps as one, wakes once for a hundred requests, and stops when its hours are used up", async () => {
    await using project = Project.example("sleepy-gunicorn").write({ Procfile: PROCFILE });
    {
      await using app = await project.up("--all");
      const web = (): string[] => app.platformLog("web.1");

      await app.dynosim("idle");
      expect((await app.dynosim("ps")).stdout.match(/^(web|worker)\.1: idle /gm)).toHaveLength(2);
      const oneOff = await app.dynosim("run", "--no-tty", "echo still asleep");
      expect(oneOff).toMatchObject({ exitCode: 0, stdout: "still asleep" });
      expect((await app.dynosim("ps")).stdout.match(/^(web|worker)\.1: idle /gm)).toHaveLength(2);

      const answers = await Promise.all(Array.from({ length: 100 }, () => app.fetch("/")));
      expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
      expect(web().filter((line) => line === "Unidling")).toHaveLength(1);
      await app.logged(
        "heroku[worker.1]: State changed from starting to up",
        app.log.indexOf("heroku[web.1]: Unidling"),
      );
      await expect
        .poll(() => app.platformLog("router").filter((line) => line.includes("status=200")).length)
        .toBe(100);

      expect((await app.dynosim("ps")).stdout.split("\n").slice(0, 5)).toEqual([
        expect.stringMatching(/^Eco dyno hours quota remaining this month: 999h 5\dm \(99%\)$/),
        expect.stringMatching(/^Eco dyno usage for this app: 0h \dm \(0%\)$/),
        "For more information on Eco dyno hours, see:",
        "https://devcenter.heroku.com/articles/eco-dyno-hours",
        "",
      ]);

      const from = app.log.length;
      expect((await app.dynosim("hours", "--used", "1000h")).stderr).toContain("done, 0h 0m (0%) left");
      await app.logged("heroku[web.1]: Process exited with status", from);
      await app.logged("heroku[worker.1]: Process exited with status", from);
      expect(web().slice(-5, -2)).toEqual(NO_MORE);
      expect(app.platformLog("worker.1").slice(-5, -2)).toEqual(NO_MORE);
      expect((await app.fetch("/")).status).toBe(503);
      expect(await app.logged("code=H82")).toMatch(
        /^heroku\[router\]: at=info code=H82 desc="You've used up your dyno hour pool" method=GET path="\/" .* dyno= connect= service= status=503 /,
      );
      const refused = await app.dynosim("run", "--no-tty", "echo no");
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain("No Eco dyno hours are left this month.");
    }

    // the account outlives dynosim: the dynos boot, and sleep as soon as they are up
    await using again = await project.up();
    expect((await again.fetch("/")).status).toBe(503);
    await again.dynosim("hours", "--used", "0h");
    expect((await again.fetch("/")).status).toBe(200);
  });
});

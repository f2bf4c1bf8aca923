import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDockerStage } from "./docker-stage.ts";
import { launch, puppet, WEB_PORT, type Part, type Stage } from "./stage.ts";

describe("what a dyno may, and what it sees of itself", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await openDockerStage()));
  afterAll(() => stage[Symbol.asyncDispose]());

  async function answer(command: string, part: Partial<Part> = {}): Promise<string> {
    await using dyno = await launch(stage, command, part);
    await dyno.end();
    return dyno.text();
  }

  it.each([
    ["is not root", "id -u; id -g", "1000\n1000\n"],
    ["has no capabilities", "grep -c '^Cap.*0000000000000000' /proc/self/status", "5\n"],
    ["cannot gain any", "grep NoNewPrivs /proc/self/status", "NoNewPrivs:\t1\n"],
    [
      "sees its quota in the cgroup v1 file",
      "cat /sys/fs/cgroup/memory/memory.limit_in_bytes",
      "536870912\n",
    ],
    [
      "cannot change that",
      "echo 1 > /sys/fs/cgroup/memory.max; echo $?",
      "bash: line 1: /sys/fs/cgroup/memory.max: Read-only file system\n1\n",
    ],
    ["sees the cores of its type", "nproc", "8\n"],
    ["may open 10,000 files", "ulimit -Sn; ulimit -Hn", "10000\n10000\n"],
    ["begins in its home", 'echo "$PWD $HOME $DYNO"', "/app /app worker.1\n"],
    ["has no $PORT when it is not web", 'echo "${PORT-none}"', "none\n"],
    ["has the base path", 'echo "$PATH"', "/usr/local/bin:/usr/bin:/bin\n"],
    [
      "has had .profile.d and .profile sourced, in this order",
      'echo "$EARLY $LATE"',
      "sourced sourced-too\n",
    ],
    ["runs its command by bash", "[[ a == a ]] && echo bash; echo $0", "bash\nbash\n"],
    ["cannot write outside its places", "touch /usr/x", "touch: cannot touch '/usr/x': Permission denied\n"],
    [
      "knows no program of that name",
      "nothing-like-this",
      "bash: line 1: nothing-like-this: command not found\n",
    ],
  ])("a dyno %s", async (_what, command, expected) => {
    expect(await answer(command)).toBe(expected);
  });

  it("does not let BASH_ENV run in its first process", async () => {
    expect(await answer("true", { env: { BASH_ENV: "/app/.profile" } })).toBe("");
  });

  it("ends with 126 for what cannot be executed, 127 for what is not there", async () => {
    await using notExecutable = await launch(stage, "./Procfile");
    await using notThere = await launch(stage, "nothing-like-this");
    expect([await notExecutable.end(), await notThere.end()]).toMatchObject([
      { status: 126 },
      { status: 127 },
    ]);
  });

  it("stops at exactly 256 processes, and can be stopped there", async () => {
    await using dyno = await puppet(stage, "breed");
    await dyno.said("processes");
    expect(dyno.text()).toBe("256 processes: Resource temporarily unavailable\n");
    await dyno.launched.signal("SIGTERM");
    expect(await dyno.end()).toMatchObject({ status: 143 });
  });

  it("stops at 10,000 open files", async () => {
    expect(await answer("./puppet hoard")).toMatch(/^(9999|10000) files: Too many open files\n$/);
  });

  it("refuses port 80, takes $PORT on all interfaces and on IPv6's", async () => {
    expect(await answer("./puppet serve 0.0.0.0 80")).toBe("refused: Permission denied\n");
    await using web = await puppet(stage, "serve", { dyno: "web.1", port: WEB_PORT });
    await web.said("bound");
  });

  it("forgets what was written, and tells what that was", async () => {
    await using dyno = await launch(
      stage,
      "mkdir -p uploads tmp/__pycache__; echo x > uploads/cat.png; echo x > /tmp/note; echo more >> Procfile; rm .profile; touch tmp/__pycache__/a.pyc",
    );
    await dyno.end();
    const lost = await dyno.launched.lostFiles();
    expect(lost.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
      { path: "/app/.profile", change: "deleted" },
      { path: "/app/Procfile", change: "changed" },
      { path: "/app/uploads/cat.png", change: "added" },
      { path: "/tmp/note", change: "added" },
    ]);
    expect(await answer("ls uploads; cat Procfile")).toBe(
      "ls: cannot access 'uploads': No such file or directory\nweb: ./puppet serve\n",
    );
  });

  it("has nothing to tell of a dyno that wrote nothing", async () => {
    await using dyno = await launch(stage, "true");
    await dyno.end();
    expect(await dyno.launched.lostFiles()).toEqual([]);
  });
});

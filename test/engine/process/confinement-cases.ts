import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Argv, ConfinementKind, Surroundings } from "../../../src/engine/process/confinement.ts";
import { findConfinement } from "../../../src/engine/process/find-confinement.ts";
import { ProcTable } from "../../../src/engine/process/proc-table.ts";
import {
  commandLine,
  ENVIRONMENT,
  NODE,
  spawned,
  stayIn,
  withNode,
  withWord,
  type Running,
  type Stay,
} from "./confinement-rig.ts";

/** The kinds that shut in, and work here for this user. */
export async function kindsHere(temp: string): Promise<ConfinementKind[]> {
  const root = mkdtempSync(join(temp, "kinds-"));
  const found = await Promise.all(
    (["unshare", "bubblewrap"] as const).map((prefer) => findConfinement({ root, prefer })),
  );
  rmSync(root, { recursive: true, force: true });
  return found.flatMap(({ kind }) => (kind === "none" ? [] : [kind]));
}

/** All that a room promises, whoever asks and whatever makes it. */
export function describeRoom(kind: ConfinementKind, temp: string): void {
  describe(`by ${kind}`, () => {
    let stay: Stay;
    beforeAll(async () => void (stay = await stayIn(kind, temp)));
    afterAll(() => stay[Symbol.asyncDispose]());

    const lines = async (script: string, options?: Parameters<Stay["sh"]>[1]): Promise<string[]> => {
      const { stdout, stderr } = await stay.sh(script, options);
      expect(stderr).toBe("");
      return stdout.split("\n").filter((line) => line !== "");
    };

    describe("what is seen", () => {
      it("is the app at /app, where the command begins", async () => {
        expect(await lines("pwd; cat Procfile; cat /app/Procfile")).toEqual([
          "/app",
          "web: true",
          "web: true",
        ]);
      });

      it("is an own /tmp, with nothing in it but what the room has", async () => {
        writeFileSync(join(stay.room, "tmp", "mine"), "");
        expect(await lines("ls -A /tmp; touch /tmp/theirs")).toEqual(["mine"]);
        expect(readdirSync(join(stay.room, "tmp")).sort()).toEqual(["mine", "theirs"]);
      });

      it("is a /tmp in memory where nobody says which", async () => {
        expect(await lines("ls -A /tmp; echo x >/tmp/x && cat /tmp/x", { around: { binds: [] } })).toEqual([
          "x",
        ]);
      });

      it("is the user, without privileges and without a way to any", async () => {
        const [uid = "", ...rights] = await lines(
          "id -u; grep -E 'Cap(Prm|Eff|Amb)|NoNewPrivs' /proc/self/status",
        );
        expect(Number(uid)).toBe(process.geteuid?.());
        expect(rights.map((line) => line.replace("\t", " "))).toEqual([
          "CapPrm: 0000000000000000",
          "CapEff: 0000000000000000",
          "CapAmb: 0000000000000000",
          "NoNewPrivs: 1",
        ]);
      });

      it("is no process but the room's", async () => {
        const pids = await lines(
          "cd /proc; for pid in [0-9]*; do [ ! -e $pid/exe ] && [ $pid != 1 ] || echo $pid; done",
        );
        expect(pids).toContain("1");
        // PID 1, and the shell itself
        expect(pids).toHaveLength(2);
      });

      it("is no socket of this machine's services, and nothing of other rooms", async () => {
        expect(await lines("find /run /var/run/ /tmp -type s -o -type p")).toEqual([]);
        expect((await stay.sh('ls -A "$0"/* 2>&1', { around: stay.around })).stdout).toContain(
          "No such file",
        );
        expect(await lines(`ls -A '${stay.root}' 2>/dev/null`)).toEqual([]);
      });

      it("is this machine's name servers, as far as it has any", async () => {
        expect(await lines("cat /etc/resolv.conf")).toEqual(
          readFileSync("/etc/resolv.conf", "utf8")
            .split("\n")
            .filter((line) => line !== ""),
        );
      });

      it("is this machine's programs and the user's home", async () => {
        const there = [homedir(), "/usr/bin/env", "/bin/sh", "/etc/passwd"].filter(
          (at) => lstatSync(at, { throwIfNoEntry: false }) !== undefined,
        );
        expect(there.length).toBeGreaterThan(2);
        const args = ["sh", "-c", 'for at; do [ -e "$at" ] || echo "$at"; done', "sh", ...there] as const;
        expect((await stay.run(args)).stdout).toBe("");
      });

      it("is the devices that programs expect", async () => {
        expect(
          await lines(
            `for name in null zero full random urandom tty; do [ -c /dev/$name ] || echo no $name; done
            echo x >/dev/null; head -c 2 /dev/zero | wc -c; head -c 3 /dev/urandom | wc -c; ls -d /dev/pts /dev/shm
            echo shared >/dev/shm/x; cat /dev/shm/x; cat | cat /dev/stdin | tee /dev/stderr 2>&1 | cat; ls /dev/sd* /dev/vd* /dev/mem 2>/dev/null`,
            {
              input: "in\n",
            },
          ),
        ).toEqual(["2", "3", "/dev/pts", "/dev/shm", "shared", "in", "in"]);
      });

      it("is nothing but its own at the top that this machine has not", async () => {
        const top = await lines("ls -A /");
        const here = new Set([...readdirSync("/"), "app"]);
        expect(top.filter((name) => !here.has(name))).toEqual([]);
        expect([...here].filter((name) => !top.includes(name))).toEqual([]);
      });
    });

    it("cannot be written to but in its own places", async () => {
      const places = await lines(
        String.raw`try() { for at; do true 2>/dev/null >"$at/.written" && { echo "$at"; rm -f "$at/.written"; }; done; }
        try / /* /*/ /*/* /sys/fs/cgroup /usr/local/lib /dev/pts "$HOME" 2>/dev/null
        while read -r _ _ _ _ at _; do try "$(printf "$at")" 2>/dev/null; done </proc/self/mountinfo`,
        { env: { ...ENVIRONMENT, HOME: homedir() } },
      );
      const own = ["/app", "/tmp", "/dev/shm"];
      // on some systems a link to the latter
      const linked = ["/run/shm", "/var/run/shm"];
      const under = (at: string): boolean =>
        own.some((place) => at === place || at.replace(/\/+$/, "") === place);
      expect(new Set(places.filter(under).map((at) => at.replace(/\/+$/, "")))).toEqual(new Set(own));
      expect(places.filter((at) => !under(at) && !linked.includes(at.replace(/\/+$/, "")))).toEqual([]);
    });

    it("changes no setting of the machine's kernel, which root may by who it is", async () => {
      expect(
        await lines("find /proc/sys* /proc/irq /proc/bus /proc/fs -type f -writable 2>/dev/null"),
      ).toEqual([]);
    });

    it("holds what is mounted below others as well, whatever cannot be taken from it", async () => {
      const below = mkdtempSync(join(temp, "below-"));
      const script = `mount -t tmpfs -o nosuid,nodev,noexec,noatime below '${below}'
        mkdir '${below}/inner'; mount -t tmpfs -o nosuid,mode=777 inner '${below}/inner'
        exec setpriv --inh-caps=-all --ambient-caps=-all -- "$@"`;
      const within: Argv = [
        "unshare",
        "--user",
        "--map-current-user",
        "--keep-caps",
        "--mount",
        "sh",
        "-c",
        script,
        "sh",
      ];
      const outside = (argv: Argv, around: Surroundings): Argv => [
        ...within,
        ...stay.confinement.shutIn(argv, around, { processes: undefined }),
      ];
      const look = `touch '${below}/x' '${below}/inner/x' 2>&1; ls '${below}'`;
      // /tmp is private: so it is shown
      const shown = { binds: [...stay.around.binds, { from: below, at: below, writable: false }] };
      const { stdout, stderr } = await spawned(outside(["sh", "-c", look], shown)).ended;
      rmSync(below, { recursive: true });
      expect([stdout.match(/Read-only file system/g)?.length, stdout.split("\n").at(-2), stderr]).toEqual([
        2,
        "inner",
        "",
      ]);
    });

    describe("binds", () => {
      it.each([
        ["in a folder that this machine has not", "/of the room's/own"],
        ["in one that it has", "/opt/of-the-room/own"],
        ["in the app", "/app/deep/own"],
        ["in the room's /tmp", "/tmp/deep/own"],
        ["at the top", "/own"],
        ["with all that a name may hold", "/own/a b\nc,d:e\\f'g\"h%si$j#k"],
      ])("a folder %s, writable or not", async (_, at) => {
        const from = mkdtempSync(join(stay.room, "from, with: all\\ "));
        writeFileSync(join(from, "file"), "content\n");
        for (const writable of [false, true]) {
          const around = { ...stay.around, binds: [...stay.around.binds, { from, at, writable }] };
          const { stdout } = await stay.run(
            ["sh", "-c", 'cat "$0/file"; true 2>/dev/null >"$0/new" && echo written', at],
            { around },
          );
          expect(stdout).toBe(writable ? "content\nwritten\n" : "content\n");
        }
        expect(readdirSync(from).sort()).toEqual(["file", "new"]);
      });

      it("a file over one of this machine's, and one where there is none", async () => {
        const from = join(stay.room, "program");
        writeFileSync(from, "#!/bin/sh\necho 8\n", { mode: 0o755 });
        for (const at of ["/usr/bin/env", "/app/bin/env", "/own/bin/env", "/tmp/env"]) {
          const around = { ...stay.around, binds: [...stay.around.binds, { from, at, writable: false }] };
          expect((await stay.run(["sh", "-c", `${at} x`], { around })).stdout).toBe("8\n");
        }
      });

      it("over the quota's folder", async () => {
        const from = join(stay.room, "cgroup");
        mkdirSync(join(from, "memory"), { recursive: true });
        writeFileSync(join(from, "memory", "memory.limit_in_bytes"), "536870912\n");
        const around = {
          ...stay.around,
          binds: [...stay.around.binds, { from, at: "/sys/fs/cgroup", writable: false }],
        };
        expect((await stay.sh("ls /sys/fs/cgroup; cat /sys/fs/cgroup/memory/*", { around })).stdout).toBe(
          "memory\n536870912\n",
        );
      });
    });

    describe("the command", () => {
      it.each([
        ["exit 0", 0],
        ["exit 7", 7],
        ["exit 255", 255],
        ["no-such-command-at-all 2>/dev/null", 127],
        ["kill -KILL $$", 137],
        ["kill -SEGV $$", 139],
        ["kill -TERM $$; sleep 5", 143],
        ["kill -INT $$; sleep 5", 130],
        ["kill -HUP $$; sleep 5", 129],
        ["kill -USR1 $$; sleep 5", 138],
        ["kill -PIPE $$; sleep 5", 141],
      ])("`%s` ends with %i", async (script, status) => {
        expect(await stay.sh(script)).toEqual({ status, signal: null, stdout: "", stderr: "" });
      });

      it("that is not there ends with 127, and it is said", async () => {
        const { status, stderr } = await stay.run(["/app/no-such-file"]);
        expect([status, stderr]).toEqual([127, expect.stringContaining("/app/no-such-file")]);
      });

      it("has its words, its input and its two outputs untouched", async () => {
        const words = ["a b", "", "'", '"', "$HOME", "`id`", "\\", "new\nline", "*", "--", "-x", "é", "A=1"];
        const show = 'for word; do printf "[%s]" "$word"; done; cat; echo err >&2';
        expect(await stay.run(["sh", "-c", show, "sh", ...words], { input: "in\0put" })).toEqual({
          status: 0,
          signal: null,
          stdout: `${words.map((word) => `[${word}]`).join("")}in\0put`,
          stderr: "err\n",
        });
      });

      it("has the environment that it was given, and where it is", async () => {
        const env = {
          ...ENVIRONMENT,
          EMPTY: "",
          LINES: "one\ntwo",
          QUOTES: `'"$x\``,
          LC_ALL: "C.UTF-8",
        };
        const { stdout } = await stay.run(["/usr/bin/env", "-0"], { env });
        const got = stdout
          .split("\0")
          .filter((pair) => pair !== "")
          .sort();
        expect(got).toEqual(
          Object.entries({ ...env, PWD: "/app" })
            .map(([name, value]) => `${name}=${value}`)
            .sort(),
        );
      });

      it("dies as a program dies, whatever its caller ignores", async () => {
        const script = 'exec "$@"';
        const argv = stay.confinement.shutIn(
          ["sh", "-c", "kill -TERM $$; kill -QUIT $$; echo lives"],
          stay.around,
          { processes: undefined },
        );
        const outer = await spawned(["sh", "-c", `trap '' TERM QUIT; ${script}`, "sh", ...argv]).ended;
        expect([outer.status, outer.stdout]).toEqual([143, ""]);
      });

      it("is not waited for by its caller once it has let go of its streams", async () => {
        const running = stay.start([
          "sh",
          "-c",
          "echo first; exec >/dev/null 2>&1 </dev/null; exec sleep 50",
        ]);
        const closed = new Promise((resolve) => running.child.stdout?.once("end", resolve));
        await closed;
        expect(running.child.exitCode).toBeNull();
        running.child.kill("SIGKILL");
        await running.ended;
      });

      it("leaves no dead behind, for PID 1 buries them", async () => {
        const script = `for i in 1 2 3 4 5; do (sh -c : & ) ; done; sleep 0.2
          for at in /proc/[0-9]*; do read -r _ _ state _ <$at/stat 2>/dev/null && [ $state = Z ] && echo dead; done; :`;
        expect(await lines(script)).toEqual([]);
      });
    });

    describe("its end", () => {
      const DAEMONS = "(setsid sleep WORD &); (setsid sh -c 'sleep WORD & wait' &); sleep WORD & sleep WORD";
      const begin = async (): Promise<Running & { readonly word: string }> => {
        const word = `7${process.pid}.${Math.floor(performance.now() * 1000)}`;
        const running = stay.start(["sh", "-c", DAEMONS.replaceAll("WORD", word)]);
        await expect.poll(() => withWord(word).length).toBe(4);
        return { ...running, word };
      };

      it.each(["SIGKILL"] as const)(
        "is that of everything in there when the process outside gets %s",
        async (signal) => {
          const { child, ended, word } = await begin();
          child.kill(signal);
          expect((await ended).status).toBe(137);
          await expect.poll(() => withWord(word)).toEqual([]);
        },
      );

      it("is that of everything in there when PID 1 is killed", async () => {
        const { pid, ended, word } = await begin();
        const init = stay.confinement.initOf(pid, await new ProcTable().list()) ?? 0;
        process.kill(init, "SIGKILL");
        // unshare cannot end by a signal that has no default to go back to
        expect((await ended).status).not.toBe(0);
        expect(withWord(word)).toEqual([]);
      });

      it("has come for everybody when the command has ended", async () => {
        const word = `8${process.pid}.${Math.floor(performance.now() * 1000)}`;
        await stay.sh(`(setsid sleep ${word} >/dev/null 2>&1 &); sleep 0.1; exit 3`);
        expect(withWord(word)).toEqual([]);
      });

      it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const)(
        "is the command's own affair when the whole group gets %s",
        async (signal) => {
          const script = `trap 'echo heard; kill $!; exit 9' ${signal.slice(3)}; setsid sleep 50 & echo ready; while :; do wait; done`;
          const running = stay.start(["sh", "-c", script]);
          await new Promise((resolve) => running.child.stdout?.once("data", resolve));
          process.kill(-running.pid, signal);
          expect((await running.ended).status).toBe(9);
        },
      );
    });

    it("has a first process that can be told from those who live there", async () => {
      const running = stay.start(["sleep", "50"]);
      const table = new ProcTable();
      await expect.poll(async () => stay.confinement.initOf(running.pid, await table.list())).toBeDefined();
      const init = stay.confinement.initOf(running.pid, await table.list()) ?? 0;
      const living = (): number[] =>
        withWord("50").filter((pid) => pid !== init && namespace(pid) === namespace(init));
      await expect.poll(() => living().map(commandLine)).toEqual(["sleep\x0050\0"]);
      const [command] = living();
      const parent = (await table.list()).find(({ pid }) => pid === command)?.ppid;
      expect(parent).toBe(init);
      expect(namespace(init)).not.toBe(namespace(process.pid));
      expect(namespace(running.pid)).toBe(namespace(process.pid));
      running.child.kill("SIGKILL");
      await running.ended;
    });

    describe("who joins", () => {
      let host: Running;
      let neighbour: number;
      const join = (argv: Argv, options?: Parameters<typeof spawned>[1]): Running =>
        spawned(stay.confinement.join(argv, neighbour), options);
      beforeAll(async () => {
        host = stay.start(["sh", "-c", "echo theirs >/tmp/theirs; echo $$; exec sleep 3600"], {
          processes: 200,
        });
        await new Promise((resolve) => host.child.stdout?.once("data", resolve));
        const table = await new ProcTable().list();
        const init = stay.confinement.initOf(host.pid, table);
        neighbour = table.find(({ ppid }) => ppid === init)?.pid ?? 0;
      });
      afterAll(async () => {
        host.child.kill("SIGKILL");
        await host.ended;
      });

      it("sees what they see, and is nobody else", async () => {
        const script = `pwd; cat Procfile; cat /tmp/theirs; id -u; grep -E 'Cap(Prm|Eff)|NoNewPrivs' /proc/self/status
          for name in pid mnt user ipc uts; do readlink /proc/self/ns/$name; done; touch /usr/x 2>/dev/null || echo refused`;
        const { stdout, stderr } = await join(["sh", "-c", script]).ended;
        expect(stderr).toBe("");
        expect(stdout.replaceAll("\t", " ").trimEnd().split("\n")).toEqual([
          "/app",
          "web: true",
          "theirs",
          String(process.geteuid?.()),
          "CapPrm: 0000000000000000",
          "CapEff: 0000000000000000",
          "NoNewPrivs: 1",
          ...["pid", "mnt", "user", "ipc", "uts"].map((name) =>
            readlinkSync(`/proc/${neighbour}/ns/${name}`),
          ),
          "refused",
        ]);
      });

      it.each([
        ["exit 0", 0],
        ["exit 7", 7],
        ["kill -KILL $$", 137],
        ["kill -SEGV $$", 139],
        ["kill -TERM $$; sleep 5", 143],
        ["kill -INT $$; sleep 5", 130],
      ])("`%s` ends with %i", async (script, status) => {
        expect(await join(["sh", "-c", script]).ended).toEqual({
          status,
          signal: null,
          stdout: "",
          stderr: "",
        });
      });

      it("has its words, its streams and its environment", async () => {
        const { stdout, stderr } = await join(
          ["sh", "-c", 'echo "$1$GREETING"; cat; echo err >&2', "sh", "a b\n"],
          { input: "input" },
        ).ended;
        expect([stdout, stderr]).toEqual(
          ["a b\n\nbonjour\ninput", "err\n"].map((text) => text.replace("\n\nbon", "\nbon")),
        );
      });

      it("has the room's limit of processes, if it has one", async () => {
        const limits = (pid: string): string =>
          readFileSync(`/proc/${pid}/limits`, "utf8")
            .split("\n")
            .find((line) => line.startsWith("Max processes")) ?? "";
        const { stdout } = await join(["sh", "-c", "grep '^Max processes' /proc/self/limits"]).ended;
        expect(stdout.trimEnd()).toBe(limits(String(neighbour)).trimEnd());
        expect(/ 20[0-9] /.test(stdout)).toBe(stay.confinement.limitsProcesses);
      });

      it("goes with the process outside that brought it", async () => {
        const word = `9${process.pid}.${Math.floor(performance.now() * 1000)}`;
        const guest = join(["sleep", word]);
        await expect.poll(() => withWord(word).map(commandLine)).toContain(`sleep\0${word}\0`);
        guest.child.kill("SIGKILL");
        await guest.ended;
        await expect.poll(() => withWord(word)).toEqual([]);
      });

      it("goes with the room", async () => {
        const own = stay.start(["sleep", "3601"]);
        const table = new ProcTable();
        await expect.poll(() => withWord("3601").map(commandLine)).toContain("sleep\x003601\0");
        const init = stay.confinement.initOf(own.pid, await table.list());
        const member = (await table.list()).find(({ ppid }) => ppid === init)?.pid ?? 0;
        const guest = spawned(stay.confinement.join(["sh", "-c", "echo in; exec sleep 3602"], member));
        await new Promise((resolve) => guest.child.stdout?.once("data", resolve));
        own.child.kill("SIGKILL");
        expect((await guest.ended).status).not.toBe(0);
        expect(withWord("3602").filter((pid) => commandLine(pid).startsWith("sleep"))).toEqual([]);
      });
    });

    describe("a terminal", () => {
      const inTerminal = (argv: Argv): Argv => [
        "script",
        "-qefc",
        `exec ${argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ")}`,
        "/dev/null",
      ];

      // bubblewrap has no terminals of its own for an ordinary user
      it.each(kind === "bubblewrap" ? ["outside"] : ["outside", "inside"])(
        "given from %s is one in there",
        async (where) => {
          const look: Argv = [
            "sh",
            "-c",
            "stty rows 33 cols 99; stty size; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && tty >/dev/null && echo terminal; echo x >/dev/tty",
          ];
          const shut = (argv: Argv): Argv =>
            stay.confinement.shutIn(argv, stay.around, { processes: undefined });
          const argv = where === "outside" ? inTerminal(shut(look)) : shut(inTerminal(look));
          const { status, stdout } = await spawned(argv).ended;
          expect([status, stdout.split("\r\n")]).toEqual([0, ["33 99", "terminal", "x", ""]]);
        },
      );

      it.each(["\u0003", "\u001C"])("sends the signal of %j to the command", async (key) => {
        const script = "trap 'echo heard; exit 9' INT QUIT; echo ready; while :; do sleep 0.1; done";
        const argv = inTerminal(
          stay.confinement.shutIn(["sh", "-c", script], stay.around, { processes: undefined }),
        );
        const [file, ...args] = argv;
        const child = spawn(file, args, {
          env: ENVIRONMENT,
          stdio: ["pipe", "pipe", "inherit"],
          detached: true,
        });
        const ended = once(child, "exit");
        await once(child.stdout, "data");
        child.stdin.write(key);
        expect(await ended).toEqual([9, null]);
      });
    });

    it("has the ports of this machine, without the low ones where that is said", async () => {
      const listen = (port: number): Argv => [
        NODE,
        "-e",
        `require("net").createServer().on("error", (e) => (console.log(e.code), process.exit())).listen(${port}, "127.0.0.1", function () { console.log(this.address().port > 0); process.stdin.on("end", () => process.exit()).resume(); })`,
      ];
      expect((await stay.run(listen(1023), { around: withNode(stay.around) })).stdout).toBe(
        stay.confinement.refusesLowPorts ? "EACCES\n" : "true\n",
      );
      const server = createServer((socket) => socket.end("outside")).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const call: Argv = [NODE, "-e", `require("net").connect(${port}, "127.0.0.1").pipe(process.stdout)`];
      expect((await stay.run(call, { around: withNode(stay.around) })).stdout).toBe("outside");
      server.close();
    });

    it.each([30, 60])("holds %i processes and threads and no more, where that is said", async (processes) => {
      const script = `const { spawn } = require("child_process"), fs = require("fs"); let refused = 0;
        for (let i = 0; i < 80; i++) { try { spawn("sleep", ["50"], { stdio: "ignore" }).on("error", (e) => e.code === "EAGAIN" && refused++); } catch (e) { e.code === "EAGAIN" && refused++; } }
        setTimeout(() => { let tasks = 0;
          for (const pid of fs.readdirSync("/proc")) if (/^[0-9]+$/.test(pid) && pid !== "1") tasks += fs.readdirSync("/proc/" + pid + "/task").length;
          console.log(tasks, refused > 0); process.exit(); }, 200);`;
      const { stdout } = await stay.run([NODE, "-e", script], { processes, around: withNode(stay.around) });
      const [tasks, refused] = stdout.trim().split(" ");
      if (stay.confinement.limitsProcesses) expect([Number(tasks), refused]).toEqual([processes, "true"]);
      else expect([Number(tasks) > 80, refused]).toEqual([true, "false"]);
    });

    it("leaves the slug as it is, where /app is a layer over it", async () => {
      const { overlays } = stay.confinement;
      const lower = (name: string): string => join(stay.room, "lower", name);
      for (const name of ["changed", "deleted", "moved", "folder/deep"]) {
        mkdirSync(dirname(lower(name)), { recursive: true });
        writeFileSync(lower(name), "slug\n");
      }
      const script = `cd /app; echo dyno >>changed; rm deleted; mv moved renamed; rm -r folder; mkdir folder; echo new >new
        chmod 755 new; ln -s new link; cat changed renamed new; ls -A folder`;
      expect(await lines(script)).toEqual(["slug", "dyno", "slug", "new"]);
      expect(readFileSync(lower("changed"), "utf8")).toBe(overlays ? "slug\n" : "slug\ndyno\n");
      expect(readdirSync(join(stay.room, "lower")).includes("deleted")).toBe(overlays);
      expect(readdirSync(join(stay.room, "lower")).includes("renamed")).toBe(!overlays);
      const upper = join(stay.room, overlays ? "upper" : "lower");
      expect(readFileSync(join(upper, "changed"), "utf8")).toBe("slug\ndyno\n");
      const gone = lstatSync(join(upper, "deleted"), { throwIfNoEntry: false });
      expect(gone?.isCharacterDevice()).toBe(overlays ? true : undefined);
    });
  });
}

function namespace(pid: number): string {
  return readlinkSync(`/proc/${pid}/ns/pid`);
}

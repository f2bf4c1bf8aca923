import { expect, it } from "vitest";
import type { MachineFailure } from "../../../src/engine/failure.ts";
import { explainMachine } from "../../../src/platform/explain/machine.ts";

const JQ = { name: "jq", packages: { apt: "jq", dnf: "jq", brew: "jq" } };
const TAR = { name: "GNU tar", packages: { apt: "tar", dnf: "tar", brew: "gnu-tar" } };
const MISSING = { kind: "python-missing", minor: "3.12", found: [], unfit: [] } as const;

it.each<[MachineFailure, title: string, body: string, next: string]>([
  [
    { ...MISSING, installer: "apt" },
    "This machine has no Python 3.12",
    "Without Docker a build takes the Python of this machine. It has none that works.",
    "Install it (apt-get install python3.12 python3.12-venv, or pyenv install 3.12, or uv python install 3.12), or name one that is here in .python-version. Where Docker runs, dynosim brings its own.",
  ],
  [
    {
      ...MISSING,
      found: ["3.11", "3.13"],
      unfit: [{ executable: "/shims/python3.12", reason: "not installed" }],
      installer: "brew",
    },
    "This machine has no Python 3.12",
    "Without Docker a build takes the Python of this machine. It has Python 3.11, Python 3.13.\n  /shims/python3.12 does not work: not installed",
    "Install it (brew install python@3.12, or pyenv install 3.12, or uv python install 3.12), or name one that is here in .python-version. Where Docker runs, dynosim brings its own.",
  ],
  [
    {
      kind: "python-unfit",
      minor: "3.12",
      executable: "/usr/bin/python3.12",
      reason: "no pip",
      installer: undefined,
    },
    "Python 3.12 of this machine cannot be used",
    "No virtual environment can be made with /usr/bin/python3.12: no pip. Nothing half-made is left.",
    "Complete or replace it: pyenv install 3.12, or uv python install 3.12. Where Docker runs, dynosim brings its own.",
  ],
  [
    { kind: "tools-missing", tools: [JQ], installer: "dnf" },
    "This machine lacks what a build needs: jq",
    "Without Docker buildpacks run with this machine's programs, and these are missing or of another make.",
    "Install it: dnf install jq. Where Docker runs, dynosim brings its own.",
  ],
  [
    { kind: "tools-missing", tools: [JQ, TAR], installer: "brew" },
    "This machine lacks what a build needs: jq, GNU tar",
    "Without Docker buildpacks run with this machine's programs, and these are missing or of another make.",
    "Install them: brew install jq gnu-tar. Where Docker runs, dynosim brings its own.",
  ],
  [
    { kind: "tools-missing", tools: [JQ], installer: undefined },
    "This machine lacks what a build needs: jq",
    "Without Docker buildpacks run with this machine's programs, and these are missing or of another make.",
    "Install it with this machine's package manager. Where Docker runs, dynosim brings its own.",
  ],
])("%j", (failure, title, body, next) => {
  expect(explainMachine(failure)).toEqual({ title, body, next, exitCode: 3 });
});

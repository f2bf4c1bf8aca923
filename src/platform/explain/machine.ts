import type { Installer, MachineFailure } from "../../engine/failure.ts";
import { installCommand } from "../../engine/process/installer.ts";
import { assertNever } from "../../kernel/assert-never.ts";
import type { Explanation } from "../failure.ts";

/** The words for what a machine lacks that is to build without containers. Docker brings all of it. */
export function explainMachine(failure: MachineFailure): Explanation {
  const { installer } = failure;
  switch (failure.kind) {
    case "python-missing": {
      const { minor, found, unfit } = failure;
      return {
        title: `This machine has no Python ${minor}`,
        body: [
          `Without Docker a build takes the Python of this machine. ${here(found)}`,
          ...unfit.map(({ executable, reason }) => `  ${executable} does not work: ${reason}`),
        ].join("\n"),
        next: `Install it (${waysToPython(minor, installer)}), or name one that is here in .python-version. Where Docker runs, dynosim brings its own.`,
        exitCode: 3,
      };
    }
    case "python-unfit": {
      const { minor, executable, reason } = failure;
      return {
        title: `Python ${minor} of this machine cannot be used`,
        body: `No virtual environment can be made with ${executable}: ${reason}. Nothing half-made is left.`,
        next: `Complete or replace it: ${waysToPython(minor, installer)}. Where Docker runs, dynosim brings its own.`,
        exitCode: 3,
      };
    }
    case "tools-missing": {
      const names = failure.tools.map(({ name }) => name);
      return {
        title: `This machine lacks what a build needs: ${names.join(", ")}`,
        body: "Without Docker buildpacks run with this machine's programs, and these are missing or of another make.",
        next: `Install ${names.length === 1 ? "it" : "them"}${wayToTools(failure)}. Where Docker runs, dynosim brings its own.`,
        exitCode: 3,
      };
    }
    default:
      return assertNever(failure);
  }
}

function here(found: readonly string[]): string {
  if (found.length === 0) return "It has none that works.";
  return `It has ${found.map((minor) => `Python ${minor}`).join(", ")}.`;
}

function waysToPython(minor: string, installer: Installer | undefined): string {
  const ways: Readonly<Record<Installer, string>> = {
    apt: `apt-get install python${minor} python${minor}-venv`,
    dnf: `dnf install python${minor}`,
    brew: `brew install python@${minor}`,
  };
  return [
    ...(installer === undefined ? [] : [ways[installer]]),
    `pyenv install ${minor}`,
    `uv python install ${minor}`,
  ].join(", or ");
}

function wayToTools({ tools, installer }: Extract<MachineFailure, { kind: "tools-missing" }>): string {
  if (installer === undefined) return " with this machine's package manager";
  const packages = new Set(tools.flatMap((tool) => tool.packages[installer].split(" ")));
  return `: ${installCommand(installer, [...packages])}`;
}

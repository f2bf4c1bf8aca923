import { fail, ok, type Result } from "../../kernel/result.ts";
import type { EngineFailure } from "../failure.ts";
import { isLsofThere } from "./lsof.ts";
import { isProcUsable, ProcTable } from "./proc-table.ts";
import type { ProcessTable } from "./process-table.ts";
import { PsTable } from "./ps-table.ts";

/** Chooses where processes are read from. */
export const PROCESS_TABLE = "DYNOSIM_PROCESS_TABLE";

const INSTALL = "install ps (Debian and Ubuntu: apt-get install procps, Fedora: dnf install procps-ng)";

/** From /proc where that can be read, else from `ps`. `prefer`: the value of DYNOSIM_PROCESS_TABLE. */
export async function openProcessTable(prefer?: string): Promise<Result<ProcessTable, EngineFailure>> {
  switch (prefer) {
    case "proc":
      if (isProcUsable()) return ok(new ProcTable());
      return unfit(
        `${PROCESS_TABLE} is proc, and /proc is not mounted here or belongs to another process tree`,
      );
    case "ps":
      return tryPs(`${PROCESS_TABLE} is ps, and`);
    case undefined:
    case "":
      if (isProcUsable()) return ok(new ProcTable());
      return tryPs(
        "processes cannot be looked at: /proc is not mounted here or belongs to another process tree, and",
      );
    default:
      return unfit(`${PROCESS_TABLE} is ${JSON.stringify(prefer)}, and may be proc or ps`);
  }
}

/** It has to know itself by this process's own number. */
async function tryPs(because: string): Promise<Result<ProcessTable, EngineFailure>> {
  const table = new PsTable();
  try {
    const list = await table.list();
    if (!list.some(({ pid }) => pid === process.pid))
      return unfit(`${because} ps does not list this process; ${INSTALL}`);
    return (await isLsofThere()) ? ok(table) : unfit(`${because} there is no lsof on the PATH; install lsof`);
  } catch (error) {
    const { code, stderr = "" } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    const said = stderr.trim().split("\n")[0] ?? "";
    if (code === "ENOENT") return unfit(`${because} there is no ps on the PATH; ${INSTALL}`);
    return unfit(`${because} ps fails (${said || String(code)}); ${INSTALL}`);
  }
}

function unfit(reason: string): Result<never, EngineFailure> {
  return fail({ kind: "machine-unfit", reason });
}

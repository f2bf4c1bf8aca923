import { assertNever } from "../../kernel/assert-never.ts";
import type { Explanation, PlatformFailure } from "../failure.ts";

/** What keeps router or control API from listening. */
export function explainListening(
  failure: Extract<PlatformFailure, { kind: "port-taken" | "cannot-listen" }>,
): Explanation {
  const { port, what } = failure;
  const option = what === "router" ? "--port" : "--control-port";
  switch (failure.kind) {
    case "port-taken": {
      const { holder } = failure;
      const other = `Choose another (${option} 0 takes any free one)`;
      return {
        title: `Port ${port} is taken.`,
        body:
          holder === undefined
            ? `The ${what} was to listen there (${option}), and another program does.`
            : `The ${what} was to listen there (${option}), and the dynosim of ${holder} does.`,
        next:
          holder === undefined ? `${other}, or end that program.` : `${other}, or: dynosim down -a ${holder}`,
        exitCode: 1,
      };
    }
    case "cannot-listen":
      return { ...cause(failure, option), exitCode: 1 };
    default:
      return assertNever(failure);
  }
}

function cause(
  { what, host, port, code, addresses }: Extract<PlatformFailure, { kind: "cannot-listen" }>,
  option: string,
): Omit<Explanation, "exitCode"> {
  switch (code) {
    case "EACCES":
      return {
        title: `Port ${port} is not for you to use.`,
        body: `The ${what} was to listen there, and this system keeps low ports for programs with special rights.`,
        next: `Choose one from 1024 on, such as ${option} 8080.`,
      };
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
      return {
        title: `This machine has no address ${host}.`,
        body: `The ${what} was to listen there (--bind). Its addresses: ${addresses.join(", ") || "none but loopback"}.`,
        next: "Choose one of them, or all of IPv4: --bind 0.0.0.0",
      };
    default:
      return {
        title: `The ${what} cannot listen on ${host}, port ${port}.`,
        body: `The system says ${code}.`,
        next: `Choose another port (${option} 0 takes any free one).`,
      };
  }
}

import { Command as Program, CommanderError, Option } from "commander";
import { ok } from "../kernel/result.ts";
import { Options, usage, type Outcome } from "./command.ts";
import { COMMAND_GROUPS, COMMANDS } from "./command-table.ts";
import { columns } from "./render/aligned.ts";
import type { CommandRow, OptionRow } from "./table/command-row.ts";
import { nearest } from "../kernel/nearest.ts";
import type { World } from "./world.ts";

const EXAMPLES = `
Examples:
  dynosim up                      serve the app of this folder
  dynosim logs --tail             follow its log
  dynosim config:set DEBUG=1      set a config var
  dynosim run bash                a shell in a one-off dyno
`;

/** Parses `argv` (without node and script) and runs what it asks for. */
export async function runProgram(argv: readonly string[], world: World): Promise<Outcome> {
  const [first] = argv;
  const names = COMMANDS.flatMap((row) => [row.name, ...(row.aliases ?? [])]);
  if (first !== undefined && !first.startsWith("-") && first !== "help" && !names.includes(first)) {
    const near = nearest(first, names);
    const suggestion = near === undefined ? "" : ` Did you mean ${near}?`;
    return usage(`${first} is not a dynosim command.${suggestion}`, "See all commands: dynosim --help");
  }

  let outcome: Outcome = ok(0);
  const program = new Program("dynosim");
  program
    .description("A Heroku dyno on a laptop")
    .option("-v, --version", "print the version")
    .enablePositionalOptions()
    .addHelpText("after", EXAMPLES)
    .helpOption("-h, --help", "print help");
  configure(program, world);
  for (const { heading, rows } of COMMAND_GROUPS) {
    for (const row of rows) {
      const command = add(program, row).helpGroup(heading);
      command.action(async () => {
        const run = await row.load();
        const options = new Options(command.opts());
        outcome = await run({ world, arguments: command.args, options });
      });
    }
  }
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return ok(0);
    return usage(
      error.message.replace(/^error: /, ""),
      `See dynosim ${first ?? ""} --help`.replace("  ", " "),
    );
  }
  return outcome;
}

function add(program: Program, row: CommandRow): Program {
  const command = program.command(row.name).summary(row.summary).description(row.summary);
  for (const alias of row.aliases ?? []) command.alias(alias);
  if (row.arguments !== undefined) command.arguments(row.arguments);
  for (const option of row.options ?? []) command.addOption(optionOf(option));
  if (row.app) {
    command.option("-a, --app <app>", "app that is up, by name");
    command.option("--dir <folder>", "folder of the app (default: the current one)");
  }
  if (row.passThrough === true) command.passThroughOptions();
  if (row.negativeArguments === true) command.allowUnknownOption();
  if (row.words !== undefined) command.addHelpText("after", `\nWords:\n${wordList(row.words)}`);
  command.addHelpText("after", `\nExample:\n  ${row.example}`);
  return command;
}

function wordList(words: readonly (readonly [word: string, meaning: string])[]): string {
  return columns(words)
    .map((line) => `  ${line}`)
    .join("\n");
}

function optionOf([flags, summary, how]: OptionRow): Option {
  const option = new Option(flags, summary);
  if (how === "hidden") option.hideHelp();
  if (how === "list")
    option.argParser((value: string, former: readonly string[] | undefined) => [...(former ?? []), value]);
  return option;
}

/** Commander neither writes past our streams nor ends the process; its commands inherit this. */
function configure(program: Program, world: World): void {
  program.exitOverride();
  program.configureOutput({
    writeOut: (text) => void world.stdout.write(text),
    writeErr: () => {},
    getOutHelpWidth: () => world.stdout.columns ?? 100,
  });
  // what each takes stands in its own help
  program.configureHelp({
    subcommandTerm: (command) => [command.name(), ...command.aliases().slice(0, 1)].join(", "),
  });
}

import { toolVersion } from '../report/facts.js';
import { optionsHelp, parseCommandLine, UnknownOption, type CommandLine } from './command-line.js';
import type { Command, CommandEntry } from './command.js';
import { COMMANDS, commandNamed } from './commands.js';
import { comparison } from './comparison.js';
import { EXIT } from './exit-code.js';
import { describeFailure } from './failure.js';
import { STRESS_WORD, mayBeStressLine } from './stress/first-look.js';
import type { StressCall } from './stress/stress-call.js';
import { realWorld, withWorkload, type World } from './world.js';
import { writeOut } from './write-out.js';

const PROGRAM = 'mmsem-bench';

/** `mmsem-bench ARGV...`. Leaves the exit code to the process, so that all output drains first. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await runCommand(argv, realWorld());
}

/** A command line from its words to its exit code. Never throws. */
export async function runCommand(
  argv: readonly string[],
  world: World,
  commands: readonly CommandEntry[] = COMMANDS,
): Promise<number> {
  let help = '--help';
  try {
    const stress = await stressCallOf(argv);
    if (stress?.kind === 'stress') {
      help = `${PROGRAM} ${STRESS_WORD} --help`;
      const { runStressLine } = await import('./stress/stress-command.js');
      return await runStressLine(stress.words, world);
    }
    if (stress !== undefined) {
      const { words, file } = stress;
      return await run(comparison(commands), words, PROGRAM, withWorkload(world, file));
    }
    const entry = commandNamed(argv[0], commands);
    if (entry === undefined) return await run(comparison(commands), argv, PROGRAM, world);
    const invocation = `${PROGRAM} ${entry.name}`;
    help = `${invocation} --help`;
    return await run(await entry.load(), argv.slice(1), invocation, world);
  } catch (error) {
    const { text, exitCode } = describeFailure(error, help);
    world.stderr.write(text);
    return exitCode;
  }
}

/** Undefined for all other lines, which do not wait for the stressors to be loaded. */
async function stressCallOf(argv: readonly string[]): Promise<StressCall | undefined> {
  if (!mayBeStressLine(argv)) return undefined;
  const { HOGS } = await import('../workload/stressors/hogs.js');
  const { readJobFile } = await import('./stress/job-lines.js');
  const { stressCall } = await import('./stress/stress-call.js');
  return stressCall(argv, HOGS, readJobFile);
}

/** `--version` and `--help` do not mind what else is there, as long as it can be told apart. */
async function run(
  command: Command,
  argv: readonly string[],
  invocation: string,
  world: World,
): Promise<number> {
  const commandLine = await parsed(argv, command, invocation, world);
  const { switches } = commandLine;
  if (switches.has('version')) return await print(`${PROGRAM} ${toolVersion()}\n`, world);
  if (switches.has('help')) return await print(helpText(command, invocation, world), world);
  return await command.run(commandLine, world);
}

/** Throws UsageError. */
async function parsed(
  argv: readonly string[],
  command: Command,
  invocation: string,
  { workloadFile }: World,
): Promise<CommandLine> {
  try {
    return parseCommandLine(argv, command, invocation);
  } catch (error) {
    if (!(error instanceof UnknownOption)) throw error;
    const { ofStressNg } = await import('./stress/misplaced.js');
    throw ofStressNg(error.flag, { command, invocation, workloadFile }) ?? error;
  }
}

function helpText(command: Command, invocation: string, world: World): string {
  const options = optionsHelp(command, invocation, command.presets?.(world)).trimEnd();
  const epilogue = command.epilogue?.(world);
  return epilogue === undefined ? `${options}\n` : `${options}\n\n${epilogue.trimEnd()}\n`;
}

async function print(text: string, world: World): Promise<number> {
  await writeOut(world.stdout, text);
  return EXIT.ok;
}

import type { Plan } from '../plan/plan.js';
import { parseCommandLine } from './command-line.js';
import { compareKernels } from './compare.js';
import { EXIT } from './exit-code.js';
import { toolVersion } from '../report/facts.js';
import { describeFailure } from './failure.js';
import { helpText } from './help-text.js';
import { makePlan } from './make-plan.js';
import { chooseOutput } from './output-choice.js';
import { readWorkload } from './workload-settings.js';
import { realWorld, type World } from './world.js';
import { writeOut } from './write-out.js';

/** `mmsem-bench ARGV...`. Leaves the exit code to the process, so that all output drains first. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await runCommand(argv, realWorld());
}

/** The command from its words to its exit code: options -> plan -> run -> report. Never throws. */
export async function runCommand(argv: readonly string[], world: World): Promise<number> {
  let plan: Plan | undefined;
  try {
    const commandLine = parseCommandLine(argv);
    const { settings, switches } = commandLine;
    if (switches.has('version')) return await print(`mmsem-bench ${toolVersion()}\n`, world);
    const workload = readWorkload(world.workloadFile);
    if (switches.has('help')) return await print(helpText(workload), world);
    const output = chooseOutput(commandLine);
    plan = makePlan(settings, workload);
    return await compareKernels(plan, output, world);
  } catch (error) {
    const { text, exitCode } = describeFailure(error, plan);
    world.stderr.write(text);
    return exitCode;
  }
}

async function print(text: string, world: World): Promise<number> {
  await writeOut(world.stdout, text);
  return EXIT.ok;
}

/** What `mmsem-bench` does with a line in stress-ng's manner. */
import { availableParallelism, totalmem } from 'node:os';
import { toolVersion } from '../../report/facts.js';
import { warn } from '../../report/stress-ng/message.js';
import type { Hog } from '../../workload/hog.js';
import { HOGS } from '../../workload/stressors/hogs.js';
import { outputFiles, reads, refuseSharedFiles, writes } from '../distinct-files.js';
import { EXIT } from '../exit-code.js';
import { chooseResultOutput } from '../result-output.js';
import type { World } from '../world.js';
import { writeOut } from '../write-out.js';
import { dryRunText } from './dry-run.js';
import { messengerOf, runLine } from './run-line.js';
import { readJobFile } from './job-lines.js';
import { stressHelp } from './stress-help.js';
import { readStressLine, type StressContext, type StressRun } from './stress-line.js';

/** Returns the exit code. May throw what `describeFailure` describes. */
export async function runStressLine(
  argv: readonly string[],
  world: World,
  hogs: readonly Hog[] = HOGS,
): Promise<number> {
  const line = readStressLine(argv, contextOf(hogs));
  if (line.kind === 'run') return await run(line, world, hogs);
  const text =
    line.kind === 'help'
      ? stressHelp(hogs)
      : line.kind === 'version'
        ? `mmsem-bench ${toolVersion()}\n`
        : line.text;
  await writeOut(world.stdout, text);
  return EXIT.ok;
}

/** What a line goes by on this machine. */
export function contextOf(hogs: readonly Hog[]): StressContext {
  return {
    hogs,
    host: { cpus: availableParallelism(), memoryBytes: totalmem() },
    readJobFile,
  };
}

async function run(line: StressRun, world: World, hogs: readonly Hog[]): Promise<number> {
  const { plans, wishes, own } = line;
  const output = chooseResultOutput(own, world.env);
  refuseSharedFiles([
    ...reads('--job', line.jobFile),
    ...writes('--yaml', wishes.yaml),
    ...writes('--log-file', wishes.logFile),
    ...outputFiles(output),
  ]);
  if (plans.length > 0 && !wishes.dryRun) return await runLine(line, output, world, hogs);
  await messengerOf(line, output, world).note(line.warnings.map(warn));
  if (plans.length === 0) return await nothingToRun(line, world);
  await writeOut(world.stdout, dryRunText(plans, hogs));
  return EXIT.ok;
}

async function nothingToRun({ exitCode }: StressRun, world: World): Promise<number> {
  if (exitCode !== EXIT.ok) {
    world.stderr.write('mmsem-bench: none of the stressors that are asked for is left to run\n');
    return exitCode;
  }
  await writeOut(world.stdout, dryRunText([], []));
  return exitCode;
}

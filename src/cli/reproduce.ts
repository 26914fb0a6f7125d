/** `mmsem-bench reproduce`: simulations beside the figures that others have published. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseProfile } from '../plan/machine-model.js';
import type { Plan } from '../plan/plan.js';
import { Interrupted, openLab, type Lab } from '../reproduction/lab.js';
import { STUDIES, studyByName, studyNames } from '../reproduction/studies.js';
import { reproduce as runStudy } from '../reproduction/study.js';
import { renderGrid } from '../report/grid.js';
import type { Reproduction } from '../samples/reproduction.js';
import type { RunSamples } from '../samples/samples.js';
import { packageFile } from '../util/package-file.js';
import type { Command } from './command.js';
import type { CommandLine } from './command-line.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { chooseOutput, type OutputChoice } from './output-choice.js';
import { progressLine, type ProgressLine } from './progress-line.js';
import { ALL, FILES, OPERANDS, OUTPUT_HERE, WHAT } from './reproduce-options.js';
import {
  assertHasMarks,
  assertSavable,
  checkAgainstCommitted,
  saveReproductions,
  textOf,
  writeTable,
} from './saved-reproductions.js';
import { readValues } from './setting.js';
import { catchStopSignals } from './stop-signals.js';
import { isColored, widthOf } from './terminal.js';
import { UsageError } from './usage-error.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

const EPILOGUE = `Costs of the simulated machines come from figures of single tasks; what was fitted to which
published figure is said, and is not counted as reproduced. The same bytes come out everywhere.
Exit codes: 0 done, 2 wrong usage, 5 a run failed or --check found a difference; 130, 143, 129
interrupted by SIGINT, SIGTERM, SIGHUP: what was complete is printed and saved.`;

interface Request {
  readonly names: readonly string[];
  readonly check: boolean;
  readonly save: string | undefined;
  readonly readme: string | undefined;
}

export const reproduce: Command = {
  description:
    'Simulates what others have measured on real kernels, and sets it beside their figures.',
  operands: OPERANDS,
  groups: { Reproductions: WHAT, Output: OUTPUT_HERE },
  epilogue: () => EPILOGUE,
  run: async (commandLine, world) => {
    // Its `save` is a file; here it is a directory.
    const output = chooseOutput(commandLine);
    if (commandLine.switches.has('list')) return printList(world);
    const request = readRequest(commandLine);
    const again = [
      'npx mmsem-bench reproduce',
      request.names.join(','),
      request.check && '--check',
    ];
    return replayable(again.filter(Boolean).join(' '), () => runAll(request, output, world));
  },
};

/** Throws UsageError for what cannot be done or kept, before anything runs. */
function readRequest({ settings, switches }: CommandLine): Request {
  const { names: given } = readValues(OPERANDS, settings);
  const { save, readme } = readValues(FILES, settings);
  const names = given.includes(ALL) ? studyNames() : [...new Set(given)];
  if (readme !== undefined && save === undefined) {
    throw new UsageError('--readme shows what is saved: give --save as well');
  }
  if (save !== undefined) assertSavable(save, names);
  if (readme !== undefined) assertHasMarks(readme);
  return { names, check: switches.has('check'), save, readme };
}

async function printList({ stdout }: World): Promise<number> {
  const lines = renderGrid(STUDIES.map(({ name, title }) => [{ text: name }, { text: title }]));
  await writeOut(stdout, `${lines.join('\n')}\n`);
  return EXIT.ok;
}

async function runAll(request: Request, output: OutputChoice, world: World): Promise<number> {
  const progress = progressLine(world.stderr, world.env, output.quiet);
  const stop = catchStopSignals(world.signals, () => {
    progress.clear();
  });
  try {
    const lab = await labOf(world, stop.signal);
    const done = await studyAll(request.names, lab, progress);
    await publish(done, request, output, world);
    const signal = stop.received();
    return signal === undefined ? EXIT.ok : SIGNAL_EXIT[signal];
  } finally {
    progress.clear();
    stop.release();
  }
}

/** Those that were complete when a signal came, all without one. */
async function studyAll(
  names: readonly string[],
  lab: Lab,
  progress: ProgressLine,
): Promise<readonly Reproduction[]> {
  const done: Reproduction[] = [];
  for (const name of names) {
    progress.show(`${name} (${done.length + 1} of ${names.length})`);
    try {
      done.push(await runStudy(studyByName(name), lab));
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      break;
    }
  }
  progress.clear();
  return done;
}

async function labOf(world: World, signal: AbortSignal): Promise<Lab> {
  const engine = await world.loadEngine('virtual');
  return openLab({
    profile: (name) =>
      parseProfile(readFileSync(packageFile(`workloads/machines/${name}.json`), 'utf8')),
    parallel: availableParallelism(),
    runPlan: (plan: Plan): Promise<RunSamples> => {
      if (signal.aborted) throw new Interrupted();
      return engine.run(plan, { signal, onProgress: () => undefined, onHungTask: () => undefined });
    },
  });
}

/** Saved first: what was simulated is not lost with a closed pipe. */
async function publish(
  done: readonly Reproduction[],
  { check, save, readme }: Request,
  { json, color }: OutputChoice,
  { stdout, env }: World,
): Promise<void> {
  try {
    if (save !== undefined) saveReproductions(save, done);
    if (save !== undefined && readme !== undefined) writeTable(save, readme);
  } finally {
    const width = widthOf(stdout);
    const { renderReproductions } = await import('../report/reproduction-table.js');
    const options = {
      color: isColored(color, env, stdout),
      ...(width === undefined ? {} : { width }),
    };
    await writeOut(stdout, json ? textOf(done) : renderReproductions(done, options));
  }
  if (check) checkAgainstCommitted(done);
}

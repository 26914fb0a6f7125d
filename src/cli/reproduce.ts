/** `mmsem-bench reproduce`: simulations beside the figures that others have published. */
import { openSession, type EngineSession } from '../engine/engine.js';
import type { Plan } from '../plan/plan.js';
import { Interrupted, openLab, type Lab } from '../reproduction/lab.js';
import { STUDIES, studyByName, studyNames } from '../reproduction/studies.js';
import { reproduce as runStudy } from '../reproduction/study.js';
import { renderGrid } from '../report/grid.js';
import type { ReproductionDocument } from '../report/reproduction.js';
import type { Reproduction } from '../samples/reproduction.js';
import type { RunSamples } from '../samples/samples.js';
import type { Command } from './command.js';
import type { CommandLine } from './command-line.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { chooseOutput, type OutputChoice } from './output-choice.js';
import { progressLine, type ProgressLine } from './progress-line.js';
import { loadProfile } from './read-machine.js';
import { ALL, FILES, OPERANDS, OUTPUT_HERE, WHAT } from './reproduce-options.js';
import {
  COMMITTED,
  assertHasMarks,
  assertSavable,
  checkAgainst,
  documentsIn,
  saveReproductions,
  textOf,
  writeTable,
} from './saved-reproductions.js';
import { readValues } from './setting.js';
import { catchStopSignals } from './stop-signals.js';
import { isColored, widthOf } from './terminal.js';
import { UsageError } from './usage-error.js';
import { stressPlanOf } from '../workload/stress-plan.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

const EPILOGUE = `Costs of the simulated machines come from figures of single tasks; what was fitted to which
published figure is said, and is not counted as reproduced. The same bytes come out everywhere.
Exit codes: 0 done, 2 wrong usage or a damaged file, 5 a run failed or --check found a difference;
130, 143, 129 interrupted by SIGINT, SIGTERM, SIGHUP: what was complete is printed and saved.`;

interface Request {
  readonly names: readonly string[];
  /** With --check: what was committed, read before anything is saved over it. */
  readonly committed: ReadonlyMap<string, ReproductionDocument> | undefined;
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
      request.committed !== undefined && '--check',
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
  // The table is of all that the directory holds: what is damaged is found before minutes have gone by.
  if (save !== undefined && readme !== undefined) documentsIn(save);
  const committed = switches.has('check') ? documentsIn(COMMITTED) : undefined;
  return { names, committed, save, readme };
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
    const session = openSession(await world.loadEngine('virtual'));
    const done = await studyAll(request.names, labOf(session, stop.signal), progress).finally(() =>
      session.close(),
    );
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

function labOf(session: EngineSession, signal: AbortSignal): Lab {
  return openLab({
    profile: loadProfile,
    resolve: (request, memoryBytes) => stressPlanOf({ ...request, memoryBytes }),
    parallel: session.plansAtOnce,
    runPlan: (plan: Plan): Promise<RunSamples> => {
      if (signal.aborted) throw new Interrupted();
      return session.run(plan, {
        signal,
        onProgress: () => undefined,
        onHungTask: () => undefined,
      });
    },
  });
}

/** Saved first: what was simulated is not lost with a closed pipe. */
async function publish(
  done: readonly Reproduction[],
  { committed, save, readme }: Request,
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
  if (committed !== undefined) checkAgainst(committed, done);
}

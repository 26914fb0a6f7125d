/** `mmsem-bench torture`: the rwsem alone, under tasks that give it no rest and trust it in nothing. */
import { LockBroken, type RunTorture } from '../engine/torture-engine.js';
import { policyNames } from '../mm/rwsem-policy.js';
import { DEFAULT_RWSEM } from '../plan/plan.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import { tortureTasks, type TorturePlan, type TortureSamples } from '../samples/torture-samples.js';
import type { Command } from './command.js';
import type { CommandLine } from './command-line.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { between, namesOf, oneOf, wholeNumber, type ValueOption } from './option-value.js';
import { chooseOutput, type OutputChoice } from './output-choice.js';
import { OUTPUT } from './output-options.js';
import { SEED } from './seed-option.js';
import { readValues, type Settings } from './setting.js';
import { catchStopSignals } from './stop-signals.js';
import { isColored, isUnicode } from './terminal.js';
import { formatSeconds, parseSeconds } from './units.js';
import { UsageError } from './usage-error.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

const TASKS_MAX = 1024;
const EVERY_POLICY = 'all';

const aTime = between(0.1, 604_800, parseSeconds);
const expectsTime = (example: string): string =>
  `a time from 0.1s to 1w such as ${example} (suffixes s m h d w y)`;
const expectsTasks = `a whole number from 0 to ${TASKS_MAX}`;

const TASKS = {
  readers: {
    flags: '--readers <N>',
    help: 'tasks that take the lock for read',
    expects: expectsTasks,
    parse: wholeNumber(0, TASKS_MAX),
    preset: '2',
  },
  writers: {
    flags: '--writers <N>',
    help: 'tasks that take it for write',
    expects: expectsTasks,
    parse: wholeNumber(0, TASKS_MAX),
    preset: '2',
  },
  downgraders: {
    flags: '--downgraders <N>',
    help: 'tasks that take it for write and downgrade it to read',
    expects: expectsTasks,
    parse: wholeNumber(0, TASKS_MAX),
    preset: '0',
  },
} satisfies Record<string, ValueOption<unknown>>;

const LOCK = {
  policy: {
    flags: '--policy <LIST>',
    help: `one after the other: ${[...policyNames(), EVERY_POLICY].join(', ')}`,
    expects: `a comma-separated list of rwsem policies (${policyNames().join(', ')}), or all`,
    parse: namesOf('rwsem policy', [...policyNames(), EVERY_POLICY]),
    preset: DEFAULT_RWSEM,
  },
  spin: {
    flags: '--spin <WHEN>',
    help: 'on or off: whether writers may spin on an owner that runs; off: they sleep',
    expects: 'on or off',
    parse: oneOf(['on', 'off']),
    preset: 'on',
  },
} satisfies Record<string, ValueOption<unknown>>;

const RUN = {
  time: {
    flags: '-t, --time <T>',
    help: 'for every policy, 0.1s to 1w',
    expects: expectsTime('60s'),
    parse: aTime,
    preset: '10s',
  },
  stall: {
    flags: '--stall <T>',
    help: 'a task that waits longer starves; if nobody gets on, the lock is broken',
    expects: expectsTime('10s'),
    parse: aTime,
    preset: '10s',
  },
  seed: SEED,
} satisfies Record<string, ValueOption<unknown>>;

const OUTPUT_HERE = {
  json: { ...OUTPUT.json, help: 'print one JSON document instead of the tables' },
  color: OUTPUT.color,
  'no-color': OUTPUT['no-color'],
  quiet: { ...OUTPUT.quiet, help: 'nothing on stderr while it goes well' },
};

const EPILOGUE = `Every task takes the lock over and over, by every call there is, stays for a seeded random time,
and looks for others who should not be there. A violation or a stall ends the run with a dump.
Exit codes: 0 nothing found, 1 the lock is broken, 2 wrong usage, 5 the run failed; 130, 143, 129
interrupted by SIGINT, SIGTERM, SIGHUP: what was measured is printed.`;

/** The command with an engine to be loaded when it is certain that there is something to run. */
export function tortureCommand(loadEngine: () => Promise<RunTorture>): Command {
  return {
    description:
      'Tortures the reader-writer semaphore on real threads, as locktorture does, and says what each\n' +
      'policy gives to readers and to writers.',
    groups: { Tasks: TASKS, Lock: LOCK, Run: RUN, Output: OUTPUT_HERE },
    epilogue: () => EPILOGUE,
    run: (commandLine, world) => tortureRun(commandLine, world, loadEngine),
  };
}

export const torture = tortureCommand(
  async () => (await import('../engine/threads/torture/run.js')).runTorture,
);

async function tortureRun(
  commandLine: CommandLine,
  world: World,
  loadEngine: () => Promise<RunTorture>,
): Promise<number> {
  const plan = torturePlan(commandLine.settings);
  const output = chooseOutput(commandLine);
  const again = replayTorture(plan);
  return replayable(again, async () => {
    try {
      return await runAndPrint(plan, output, world, await loadEngine());
    } catch (error) {
      if (!(error instanceof LockBroken)) throw error;
      world.stderr.write(`mmsem-bench: ${error.message}\nto run it again: ${again}\n`);
      return EXIT.lockBroken;
    }
  });
}

/** Throws UsageError. */
export function torturePlan(settings: Settings): TorturePlan {
  const { readers, writers, downgraders } = readValues(TASKS, settings);
  const { policy, spin } = readValues(LOCK, settings);
  const { time, stall, seed } = readValues(RUN, settings);
  const plan = {
    readers,
    writers,
    downgraders,
    policies: [
      ...new Set(policy.flatMap((name) => (name === EVERY_POLICY ? policyNames() : [name]))),
    ],
    spin: spin === 'on',
    seconds: time,
    stallSeconds: stall,
    seed,
  };
  const tasks = tortureTasks(plan);
  if (tasks === 0)
    throw new UsageError('there is no task: give --readers, --writers or --downgraders');
  if (tasks > TASKS_MAX) throw new UsageError(`${tasks} tasks are more than ${TASKS_MAX}`);
  return plan;
}

function replayTorture(plan: TorturePlan): string {
  return [
    'npx mmsem-bench torture',
    `--readers ${plan.readers}`,
    `--writers ${plan.writers}`,
    `--downgraders ${plan.downgraders}`,
    `--policy ${plan.policies.join(',')}`,
    `--spin ${plan.spin ? 'on' : 'off'}`,
    `--time ${formatSeconds(plan.seconds)}`,
    `--stall ${formatSeconds(plan.stallSeconds)}`,
    `--seed ${plan.seed}`,
  ].join(' ');
}

/** Signals stay caught until the result is printed. Returns the exit code. */
async function runAndPrint(
  plan: TorturePlan,
  output: OutputChoice,
  world: World,
  run: RunTorture,
): Promise<number> {
  const isWatched = world.stderr.isTTY === true && !output.quiet;
  const say = (text: string): void => {
    world.stderr.write(`${text}\n`);
  };
  const stop = catchStopSignals(world.signals, () => {
    if (isWatched) say('mmsem-bench: ending the run; Ctrl-C again exits at once');
  });
  try {
    const samples = await run(plan, {
      signal: stop.signal,
      onPolicy: (policy) => {
        if (isWatched) say(`${policy} for ${formatSeconds(plan.seconds)}`);
      },
      onStarving: say,
    });
    await writeOut(world.stdout, await resultText(plan, samples, output, world));
    const signal = stop.received();
    return signal === undefined ? EXIT.ok : SIGNAL_EXIT[signal];
  } finally {
    stop.release();
  }
}

async function resultText(
  plan: TorturePlan,
  samples: TortureSamples,
  { json, color }: OutputChoice,
  { stdout, env }: World,
): Promise<string> {
  const { summarizeTorture } = await import('../stats/torture-summary.js');
  const { buildTortureResult, formatTortureResult } = await import('../report/torture-result.js');
  const summary = summarizeTorture(plan, samples);
  const facts = { tool: toolFacts(), host: hostFacts() };
  const document = buildTortureResult({ ...facts, plan, samples, summary });
  if (json) return formatTortureResult(document);
  const { renderTorture } = await import('../report/torture-table.js');
  return renderTorture(document, { color: isColored(color, env, stdout), unicode: isUnicode(env) });
}

/** `mmsem-bench sweep`: the comparison at every point of a grid. */
import { gridSize, pointText, type Axis } from '../plan/grid.js';
import type { Plan } from '../plan/plan.js';
import { shardPoints } from '../plan/shard.js';
import { toolFacts } from '../report/facts.js';
import type { SweepKeeper } from '../report/sweep-file.js';
import type { SweepDesign } from '../report/sweep-document.js';
import type { Command } from './command.js';
import type { CommandLine } from './command-line.js';
import { DETERMINISM, refuseWithoutMachine } from './determinism.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import type { ValueOption } from './option-value.js';
import { HIDDEN_PLAN_OPTIONS } from './options.js';
import { OUTPUT } from './output-options.js';
import { orOutputFailed, orUsageError } from './save-file.js';
import { missingValue, typedSetting, type Setting } from './setting.js';
import { chooseShard, SHARD_OPTIONS, type ShardChoice } from './shard-choice.js';
import { chooseSweepOutput, SWEEP_OUTPUT, sweepText, type SweepOutput } from './sweep-output.js';
import { gridPlans, readAxes } from './sweep-grid.js';
import { runPoints, type PointJob } from './sweep-run.js';
import { readWorkload } from './workload-settings.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

/** Simulations have no noise of the machine's and run side by side. */
const ENGINE = 'virtual';

const OVER: ValueOption<string> = {
  flags: '--over <NAME=LIST>',
  help: 'vary an option of the comparison or a cost of the machine profile; repeat it for a grid',
  expects: 'an option or cost and its values such as tasks=1,2,4 (lists of lists: kernels=a,b;c,d)',
  parse: (text) => text,
};

const EPILOGUE = `Example: mmsem-bench sweep --over tasks=1,8,32 --over zapPageNs=60,80,120 --save s.json
The same command again goes on with the points that s.json lacks. Job arrays of Slurm, Kubernetes,
AWS Batch, GitLab, CircleCI and Buildkite are shards by themselves; mmsem-bench merge joins them.
Exit codes: 0 done, 2 wrong usage or a file of another sweep, 5 failed; 130, 143, 129 by a signal,
which keeps and prints the points that are finished.`;

export const sweep: Command = {
  description:
    'Compares kernels at every point of a grid of options and machine costs. Takes every option of the\n' +
    'comparison besides (mmsem-bench --help) but --trace-hash, with the same defaults but for\n' +
    '--engine virtual.',
  groups: {
    Grid: { over: OVER, ...SHARD_OPTIONS },
    'Comparison at every point': {
      ...HIDDEN_PLAN_OPTIONS,
      'check-determinism': DETERMINISM['check-determinism'],
    },
    Output: {
      ...SWEEP_OUTPUT,
      save: { ...OUTPUT.save, help: 'keep finished points in FILE; those that it has are not run' },
      quiet: { ...OUTPUT.quiet, help: 'no progress line, no remarks' },
    },
  },
  epilogue: () => EPILOGUE,
  insteadOfStress:
    'lines in its manner are not swept; run one for each value, each with --yaml FILE of its own, and ' +
    'give the files to mmsem-bench compare',
  run: async (commandLine, world) => {
    const request = sweepRequest(commandLine, world);
    return runSweep(request, chooseSweepOutput(commandLine), world);
  },
};

interface SweepRequest {
  readonly axes: readonly Axis[];
  /** Of all points of the grid. */
  readonly plans: readonly Plan[];
  readonly choice: ShardChoice;
  readonly checkDeterminism: boolean;
}

/** Throws UsageError, before anything runs, for whatever is wrong with any point. */
function sweepRequest({ settings, given, switches }: CommandLine, world: World): SweepRequest {
  const overs = given.get('over');
  if (overs === undefined) throw missingValue('over', OVER);
  const axes = readAxes(overs, settings);
  const choice = chooseShard(settings, world.env);
  const engine: [string, Setting] = ['engine', typedSetting('engine', ENGINE)];
  const workload = readWorkload(world.workloadFile);
  const plans = gridPlans(axes, new Map([engine, ...settings]), workload);
  for (const plan of plans) refuseWithoutMachine(switches, plan);
  return { axes, plans, choice, checkDeterminism: switches.has('check-determinism') };
}

async function runSweep(
  { axes, plans, choice, checkDeterminism }: SweepRequest,
  output: SweepOutput,
  world: World,
): Promise<number> {
  const { designSweep, sweepPoint } = await import('../report/sweep-document.js');
  const { summarizeRun } = await import('../stats/summarize.js');
  const design = designSweep(toolFacts(), axes, plans, choice.shard);
  const mine = shardPoints(gridSize(axes), choice.shard);
  const keeper = await keep(output.save, design, mine.length);
  const there = new Set(keeper.document().points.map(({ index }) => index));
  if (!output.quiet) {
    const remarks = choice.remark === undefined ? [] : [choice.remark];
    if (there.size > 0) remarks.push(`${there.size} of ${mine.length} points are there already`);
    for (const remark of remarks) world.stderr.write(`mmsem-bench: ${remark}\n`);
  }
  const jobs = mine
    .filter((index) => !there.has(index))
    .map((index): PointJob => ({ index, place: pointText(axes, index), plan: plans[index]! }));
  const run = { quiet: output.quiet, checkDeterminism };
  const { stop, failure, finished } = await runPoints(jobs, run, world, (job, samples) => {
    keeper.add(sweepPoint(design, job.index, summarizeRun(job.plan, samples)));
  });
  try {
    await publish(keeper, output, world);
    if (failure !== undefined) throw failure;
    if (checkDeterminism) world.stderr.write(`${sameTwice(finished)}\n`);
    const signal = stop.received();
    return signal === undefined ? EXIT.ok : SIGNAL_EXIT[signal];
  } finally {
    stop.release();
  }
}

/** Throws UsageError where points cannot be kept. */
async function keep(
  file: string | undefined,
  design: SweepDesign,
  wanted: number,
): Promise<SweepKeeper> {
  const { keepSweep } = await import('../report/sweep-file.js');
  const { SweepRefused } = await import('../report/sweep-reader.js');
  return orUsageError(() => keepSweep(file, design, wanted), SweepRefused);
}

/** The file first, and what is finished is printed even if there is no room for the file. */
async function publish(keeper: SweepKeeper, output: SweepOutput, world: World): Promise<void> {
  try {
    await orOutputFailed(() => {
      keeper.flush();
    });
  } finally {
    await writeOut(world.stdout, await sweepText(keeper.document(), output, world));
  }
}

/** Points that were in the file already were not run, and are not counted. */
function sameTwice(points: number): string {
  return `mmsem-bench: ${points} ${points === 1 ? 'point' : 'points'} simulated twice: no difference`;
}

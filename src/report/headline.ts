import type { MachineModel } from '../plan/machine-model.js';
import { memoryOf, unusualMemory, type Backing } from '../plan/memory.js';
import { DEFAULT_RWSEM, roundWord, type Plan } from '../plan/plan.js';
import type { StressPlan } from '../plan/stress.js';
import { formatCount, formatSeconds, formatSize, formatWholeNs } from './format.js';
import type { ResultKernel } from './result.js';

/**
 * One line that says what was run, so that its numbers cannot be mistaken for another run's. `kernels`:
 * what was measured, which says how many rounds there were where the plan does not.
 */
export function headline(plan: Plan, kernels: readonly ResultKernel[] = []): string {
  return [
    `${plan.engine} engine`,
    ...(plan.machine === undefined ? [] : [machineWords(plan.machine)]),
    ...workWords(plan),
    `threshold ${formatSize(plan.thresholdBytes)}`,
    ...rwsemWords(plan),
    ...memoryWords(plan),
    `${formatCount(roundsOf(plan, kernels), roundWord(plan))} x ${windowWords(plan)} per kernel`,
    ...untilWords(plan),
  ].join(', ');
}

/** Stressors that have done all their operations end before the time is up. */
function windowWords({ timeoutSeconds, rounds, stress }: Plan): string {
  const window = formatSeconds(timeoutSeconds / rounds);
  const mayEnd = stress?.entries.every(({ opsPerInstance }) => opsPerInstance !== null) === true;
  return mayEnd ? `up to ${window}` : window;
}

function workWords(plan: Plan): string[] {
  const spaces = formatCount(plan.mms, 'address space');
  const tasks = `${formatCount(plan.tasks, 'task')} in ${spaces}${writerWords(plan)}`;
  if (plan.stress !== undefined) {
    const { sharedMm } = plan.stress;
    return [...stressWords(plan.stress), sharedMm ? `${tasks}, which they share` : tasks];
  }
  const share = `${formatSize(plan.mmapBytes)} (${formatSize(plan.bytesPerTask)} per task)`;
  return [tasks, `${share}${fileWords(plan)}`];
}

/** `4 mmap, 1 vm`, as stress-ng says what it dispatches. */
function stressWords({ entries, compat }: StressPlan): string[] {
  const hogs = entries.map(({ stressor, instances }) => `${instances} ${stressor}`);
  return [...hogs, ...(compat === 'head' ? [] : [`as in stress-ng ${compat}`])];
}

function machineWords({ name, cpus, changed = [] }: MachineModel): string {
  return [`${name} with ${formatCount(cpus, 'CPU')}`, ...changed].join(' and ');
}

function writerWords({ writers, writerGapNs }: Plan): string {
  if (writers === 0) return '';
  const pace = writerGapNs === 0 ? 'without a pause' : `every ${formatWholeNs(writerGapNs)}`;
  return ` with ${formatCount(writers, 'writer')} ${pace}`;
}

const FILE_WORDS: Readonly<Record<Backing, string>> = {
  anonymous: '',
  disk: ' of files on disk',
  tmpfs: ' of files on tmpfs',
};

function fileWords(plan: Plan): string {
  return FILE_WORDS[memoryOf(plan).backing];
}

/** Nothing about the defaults. */
function memoryWords(plan: Plan): string[] {
  const { thp, linux } = unusualMemory(plan);
  return [
    ...(thp === undefined ? [] : [`huge pages ${thp}`]),
    ...(linux === undefined ? [] : [`memory as in Linux ${linux}`]),
  ];
}

/** Nothing about what goes without saying: the rwsem of 4.17. */
function rwsemWords({ rwsem, rwsemSpin }: Plan): string[] {
  if (rwsem === DEFAULT_RWSEM && rwsemSpin) return [];
  return [`rwsem ${rwsem}${rwsemSpin ? '' : ' without spinning'}`];
}

function roundsOf({ rounds, until }: Plan, kernels: readonly ResultKernel[]): number {
  if (kernels.length === 0) return rounds;
  const complete = Math.min(
    ...kernels.map((kernel) => kernel.rounds.filter((round) => round.complete).length),
  );
  // Of a fixed number, fewer are a run that was cut short, and more a gate that looked again.
  return until === undefined ? Math.max(rounds, complete) : complete;
}

function untilWords({ until }: Plan): string[] {
  return until === undefined ? [] : [`until known to within ${formatShare(until.halfWidth)}`];
}

function formatShare(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(6))} %`;
}

import { Chalk, type ChalkInstance } from 'chalk';
import type { TorturePlan, TortureRole } from '../samples/torture-samples.js';
import type { TortureClass, TortureTrial } from '../stats/torture-summary.js';
import {
  NOT_AVAILABLE,
  formatCount,
  formatIndex,
  formatMagnitude,
  formatNs,
  formatScaled,
  formatSeconds,
  formatTally,
} from './format.js';
import { renderGrid, type Cell } from './grid.js';
import { policyComparison } from './torture-comparison.js';
import type { TortureDocument } from './torture-result.js';

export interface TortureTableOptions {
  /** Colour repeats what the words say; nothing is lost without it. */
  readonly color: boolean;
  /** `µs` instead of `us`. */
  readonly unicode: boolean;
}

/** A row of a policy's table; the columns are the classes of tasks. */
interface Row {
  readonly label: string;
  readonly text: (members: TortureClass, unicode: boolean) => string;
}

const ROWS: readonly Row[] = [
  { label: 'tasks', text: ({ tasks }) => String(tasks) },
  { label: 'acquisitions/sec', text: (of) => formatScaled(of.acquisitionsPerSecond) },
  { label: 'contended', text: ({ contendedShare }) => formatShare(contendedShare) },
  { label: 'per task, least', text: ({ perTask }) => formatTally(perTask.min) },
  { label: 'per task, mean', text: ({ perTask }) => formatTally(perTask.mean) },
  { label: 'per task, most', text: ({ perTask }) => formatTally(perTask.max) },
  { label: "Jain's index", text: ({ jain }) => formatIndex(jain) },
  time('p50 wait', 'waitNs', 'p50'),
  time('p99 wait', 'waitNs', 'p99'),
  time('longest wait', 'waitNs', 'max'),
  time('longest hold', 'holdNs', 'max'),
  { label: 'steals', text: (of) => formatTally(of.writerSteals + of.readerSteals) },
  { label: 'acquired spinning', text: ({ spinAcquired }) => formatTally(spinAcquired) },
  { label: 'hand-offs', text: ({ handoffs }) => formatTally(handoffs) },
  { label: 'trylocks failed', text: ({ trylocksFailed }) => formatTally(trylocksFailed) },
  { label: 'waits killed', text: ({ waitsKilled }) => formatTally(waitsKilled) },
];

const CLASS_NAMES: Readonly<Record<TortureRole, string>> = {
  reader: 'readers',
  writer: 'writers',
  downgrader: 'downgraders',
};

/**
 * A torture run for people: what was run, a table per policy with a column per class of tasks, and
 * one of the policies side by side when there are several. Ends with a newline.
 */
export function renderTorture(document: TortureDocument, options: TortureTableOptions): string {
  const { plan, policies } = document;
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const parts = [
    [chalk.bold(tortureHeadline(plan))],
    ...policies.map((trial) => policyBlock(trial, plan, options.unicode, chalk)),
    policies.length > 1 ? policyComparison(policies, options.unicode, chalk) : [],
    document.partial ? [partialSentence(document)] : [],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** One line that says what was run. */
function tortureHeadline(plan: TorturePlan): string {
  const { readers, writers, downgraders } = plan;
  const who = [
    readers === 0 ? [] : formatCount(readers, 'reader'),
    writers === 0 ? [] : formatCount(writers, 'writer'),
    downgraders === 0 ? [] : formatCount(downgraders, 'downgrader'),
  ].flat();
  const spinning = plan.spin ? [] : ['without spinning'];
  const time = `${formatSeconds(plan.seconds)} per policy`;
  return [`torture: ${who.join(', ')}`, ...spinning, time, `seed ${plan.seed}`].join(', ');
}

function policyBlock(
  trial: TortureTrial,
  plan: TorturePlan,
  unicode: boolean,
  chalk: ChalkInstance,
): string[] {
  const header: Cell[] = [
    { text: trial.policy, paint: chalk.bold },
    ...trial.classes.map(({ role }): Cell => {
      return { text: CLASS_NAMES[role], align: 'right', paint: chalk.bold };
    }),
  ];
  const rows = ROWS.map(({ label, text }): Cell[] => [
    { text: label },
    ...trial.classes.map((members): Cell => ({ text: text(members, unicode), align: 'right' })),
  ]);
  return [...renderGrid([header, ...rows]), ...starvation(trial, plan, unicode, chalk)];
}

/** A line for every task that starved; not the lock's failure, but what a policy may do to a task. */
function starvation(
  { starved, tasks }: TortureTrial,
  { stallSeconds }: TorturePlan,
  unicode: boolean,
  chalk: ChalkInstance,
): string[] {
  return starved.map((task) => {
    const { role, waitNsMax } = tasks[task]!;
    const wait = formatNs(waitNsMax, { unicode });
    const limit = formatSeconds(stallSeconds);
    return `${chalk.yellow('starved:')} task ${task} (${role}) waited for ${wait}, more than ${limit}`;
  });
}

function partialSentence({ plan, policies }: TortureDocument): string {
  const whole = policies.filter(({ complete }) => complete).length;
  const policiesText = plan.policies.length === 1 ? 'policy' : 'policies';
  return `Partial run: ${whole} of ${plan.policies.length} ${policiesText} had the whole time.`;
}

function time(label: string, histogram: 'waitNs' | 'holdNs', field: 'p50' | 'p99' | 'max'): Row {
  return {
    label,
    text: (members, unicode) => {
      const summary = members[histogram];
      return summary.count === 0 ? NOT_AVAILABLE : formatNs(summary[field], { unicode });
    },
  };
}

function formatShare(share: number | null): string {
  return share === null ? NOT_AVAILABLE : `${formatMagnitude(share)} %`;
}

import type { ChalkInstance } from 'chalk';
import type { TortureRole } from '../samples/torture-samples.js';
import type { TortureClass, TortureTrial } from '../stats/torture-summary.js';
import { NOT_AVAILABLE, formatIndex, formatNs, formatScaled, formatTally } from './format.js';
import { renderGrid, type Cell } from './grid.js';

/** A column: two lines of heading, because the numbers are much shorter than what they mean. */
interface Column {
  readonly heading: readonly [string, string];
  readonly text: (trial: TortureTrial, unicode: boolean) => string;
}

const COLUMNS: readonly Column[] = [
  {
    heading: ['acquired/s', 'readers'],
    text: ofClass('reader', (members) => formatScaled(members.acquisitionsPerSecond)),
  },
  {
    heading: ['acquired/s', 'writers'],
    text: ofClass('writer', (members) => formatScaled(members.acquisitionsPerSecond)),
  },
  { heading: ["Jain's", 'readers'], text: ofClass('reader', ({ jain }) => formatIndex(jain)) },
  { heading: ['index', 'writers'], text: ofClass('writer', ({ jain }) => formatIndex(jain)) },
  { heading: ['longest', 'reader wait'], text: ofClass('reader', longestWait) },
  { heading: ['longest', 'writer wait'], text: ofClass('writer', longestWait) },
  { heading: ['steals', 'by all'], text: ({ classes }) => formatTally(steals(classes)) },
];

/** Lines of a table with a row per policy: what each does for readers and what for writers. */
export function policyComparison(
  policies: readonly TortureTrial[],
  unicode: boolean,
  chalk: ChalkInstance,
): string[] {
  const headings = [0, 1].map((line): Cell[] => [
    { text: line === 1 ? 'policy' : '', paint: chalk.bold },
    ...COLUMNS.map(({ heading }): Cell => {
      return { text: heading[line as 0 | 1], align: 'right', paint: chalk.bold };
    }),
  ]);
  const rows = policies.map((trial): Cell[] => [
    { text: trial.policy },
    ...COLUMNS.map(({ text }): Cell => ({ text: text(trial, unicode), align: 'right' })),
  ]);
  return renderGrid([...headings, ...rows]);
}

function ofClass(
  role: TortureRole,
  text: (members: TortureClass, unicode: boolean) => string,
): Column['text'] {
  return ({ classes }, unicode) => {
    const members = classes.find((one) => one.role === role);
    return members === undefined ? NOT_AVAILABLE : text(members, unicode);
  };
}

function longestWait({ waitNs }: TortureClass, unicode: boolean): string {
  return waitNs.count === 0 ? NOT_AVAILABLE : formatNs(waitNs.max, { unicode });
}

/** Acquisitions ahead of those who were queued, by tasks of all classes. */
function steals(classes: readonly TortureClass[]): number {
  return classes.reduce((sum, members) => sum + members.writerSteals + members.readerSteals, 0);
}

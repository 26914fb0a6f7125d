/** What stress-ng says after a run: what became of its instances, and whether that is a success. */
import type { Compat } from '../../plan/stress.js';
import { fixed } from './c-format.js';
import { spelledOut, spelledShort } from './duration.js';
import { info, type Message } from './message.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';
import {
  outcomeOf,
  printedName,
  sumOf,
  type EntryRun,
  type Outcome,
  type StressRun,
} from './stress-run.js';

/** Real threads do not all begin at once: so much of its time is all of it. */
const NEARLY_ALL = 0.9;

/** What went wrong, an instance each. */
export function problemMessages(run: StressRun): Message[] {
  return run.entries.flatMap((entry) =>
    entry.instances.flatMap((one): Message[] => {
      const { instance, failures, shortages } = one;
      const who = `${printedName(entry.stressor)}: instance ${instance}`;
      const failed = failures.map((what): Message => ({ type: 'fail', text: `${who}: ${what}` }));
      const short = shortages.map((what): Message => ({
        type: 'warn',
        text: `${who} ended early, out of system resources: ${what}`,
      }));
      return [...failed, ...short, ...earlyMessages(one, entry, run)];
    }),
  );
}

/** It has passed, and neither its time nor its operations nor a signal can have been why it ended. */
function earlyMessages(one: InstanceSamples, entry: EntryRun, run: StressRun): Message[] {
  const { seconds, opsPerInstance } = entry.goal;
  const realSeconds = one.realNs / 1e9;
  const isDone = opsPerInstance !== null && one.bogoOps >= opsPerInstance;
  if (isDone || !run.isComplete || outcomeOf(one) !== 'passed') return [];
  if (realSeconds >= NEARLY_ALL * seconds) return [];
  const length = ENDS[run.compat].length(realSeconds);
  const text = `WARNING: finished prematurely after just ${length}`;
  return [{ type: 'warn', text: `${printedName(entry.stressor)}: ${text}` }];
}

export function closingMessages(run: StressRun): Message[] {
  const isSuccess = run.isComplete && run.entries.every(({ instances }) =>
    instances.every((instance) => outcomeOf(instance) !== 'failed'),
  );
  const last = `${isSuccess ? '' : 'un'}successful run completed in`;
  const { counts, length } = ENDS[run.compat];
  return [...counts(run), `${last} ${length(run.durationSeconds)}`].map(info);
}

interface End {
  readonly counts: (run: StressRun) => readonly string[];
  readonly length: (seconds: number) => string;
}

const OLD: End = {
  counts: () => [],
  length: (seconds) => {
    return `${fixed(seconds, 2)}s${seconds > 60 ? ` (${spelledOut(seconds)})` : ''}`;
  },
};

const ENDS: Readonly<Record<Compat, End>> = {
  '0.09.31': OLD,
  '0.15.06': OLD,
  head: {
    counts: (run) => [
      countLine(run, 'skipped'),
      countLine(run, 'passed'),
      countLine(run, 'failed'),
      'metrics untrustworthy: 0',
    ],
    length: (seconds) => spelledShort(seconds, 2),
  },
};

/** `passed: 6: mmap (4) vm (2)`, `skipped: 0`. */
function countLine({ entries }: StressRun, outcome: Outcome): string {
  const counts = entries.map(({ stressor, instances }) => {
    const count = instances.filter((instance) => outcomeOf(instance) === outcome).length;
    return { count, words: `${printedName(stressor)} (${count})` };
  });
  const named = counts.filter(({ count }) => count > 0).map(({ words }) => words);
  const total = sumOf(counts, ({ count }) => count);
  return [`${outcome}: ${total}`, ...(named.length > 0 ? [named.join(' ')] : [])].join(': ');
}

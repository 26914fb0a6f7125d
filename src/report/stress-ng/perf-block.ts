/** `--perf`: a block for every stressor, a line for every event. */
import type { Compat } from '../../plan/stress.js';
import { fixed } from './c-format.js';
import { info, type Message } from './message.js';
import { FAULTS_TOTAL, perfCounts, SUMS_ARE_TRUE } from './perf-events.js';
import { printedName, ratio, type EntryRun, type StressRun } from './stress-run.js';

/** A thousand apart; from K on each ends at a hundred of it already: 100,000 is 0.100 M. */
export const RATE_PREFIXES = ['', 'K', 'M', 'B', 'T', 'P', 'E', 'Z', 'Y'] as const;
const RATE_ENDS = RATE_PREFIXES.map((_, step) => (step === 0 ? 1000 : 100 * 1000 ** step));

const RATE_DECIMALS: Readonly<Record<Compat, number>> = { '0.09.31': 2, '0.15.06': 3, head: 3 };

export function perfMessages(run: StressRun): Message[] {
  return run.entries.flatMap((entry) => [
    ...entryLines(entry, run.compat).map(info),
    ...historicLines(entry, run.compat).map(info),
  ]);
}

function entryLines(entry: EntryRun, compat: Compat): string[] {
  const counts = perfCounts(entry.instances, compat);
  return [
    `${printedName(entry.stressor)}:`,
    ...counts.map(({ label, count }) => eventLine(label, count, entry.durationSeconds, compat)),
  ];
}

/** `258993 Page Faults Total 86.331 K/sec` in its columns. */
export function eventLine(label: string, count: number, seconds: number, compat: Compat): string {
  const { scaled, unit } = scaledRate(ratio(count, seconds), RATE_DECIMALS[compat]);
  const cells = [String(count).padStart(26), label.padEnd(24), scaled.padStart(11)];
  return [...cells, unit.padEnd(5)].join(' ');
}

function scaledRate(rate: number, decimals: number): { scaled: string; unit: string } {
  const found = RATE_ENDS.findIndex((end) => rate < end);
  const step = found === -1 ? RATE_ENDS.length - 1 : found;
  return { scaled: fixed(rate / 1000 ** step, decimals), unit: `${RATE_PREFIXES[step]!}/sec` };
}

/** Ours, outside of the block: what the release would have told of the page faults. */
function historicLines({ stressor, instances, durationSeconds }: EntryRun, compat: Compat): string[] {
  const [first, ...others] = instances;
  if (first === undefined || others.length === 0 || SUMS_ARE_TRUE[compat]) return [];
  const count = first.faults.total * instances.length;
  const { scaled, unit } = scaledRate(ratio(count, durationSeconds), RATE_DECIMALS[compat]);
  const factor = `${first.faults.total} x ${instances.length}`;
  return [
    `note: stress-ng ${compat} tells instance 0's ${FAULTS_TOTAL} of ${printedName(stressor)} ` +
      `times the instances: ${factor} = ${count}, ${scaled} ${unit}`,
  ];
}

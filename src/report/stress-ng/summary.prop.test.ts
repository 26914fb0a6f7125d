import fc from 'fast-check';
import { expect, it } from 'vitest';
import { entryLabels } from '../../samples/entry-labels.js';
import { readStressNgRuns } from '../readers/stress-ng-reader.js';
import { parsePrinted, type PrintedEntry } from '../readers/stress-ng-print.js';
import { metricOf } from '../readers/saved-run.js';
import { frameMessage } from './message.js';
import { ownMetrics } from './own-metrics.js';
import { perfCounts } from './perf-events.js';
import { outcomeOf, ratio, SHARED_MM, totalsOf, type EntryRun, type StressRun } from './stress-run.js';
import { summaryMessages } from './summary.js';
import { anyRun } from './testing/synthetic-stress-run.js';
import { timesOf } from './times.js';
import { yamlDocument } from './yaml-document.js';
import { eventKey, metricKey } from './yaml-keys.js';

const frames = fc.record({ brief: fc.boolean(), timestamp: fc.boolean(), pid: fc.nat(4_194_304) });
const styles = fc.record({ brief: fc.boolean(), scientific: fc.boolean() });

/** Printed with so many decimals, or so many digits of a mantissa. */
function expectPrinted(value: number, exact: number, slack: number): void {
  const bound = slack * Math.max(1, Math.abs(exact)) + 1e-9 * Math.abs(exact);
  expect(Math.abs(value - exact), `${value} of ${exact}`).toBeLessThanOrEqual(bound);
}

it('what is printed of any run comes back from the reader of stress-ng', () => {
  fc.assert(
    fc.property(anyRun, frames, styles, (run, frame, style) => {
      const framed = { program: 'mmsem-bench', compat: run.compat, ...frame };
      const at = new Date(0);
      const lines = summaryMessages(run, { metrics: style, perf: true, times: true });
      const text = lines.map((message) => frameMessage(framed, message, at)).join('\n');
      const [printed, ...others] = parsePrinted(text);
      expect(others).toEqual([]);
      expect(printed!.kernel).toBe(run.kernel);
      expect(printed!.remark).toBe(run.sharedMm ? SHARED_MM : undefined);
      const shown = run.entries.filter((entry) => !style.brief || hasRun(entry));
      const names = shown.map(({ stressor }) => stressor);
      expect(withMetrics(printed!.entries).map(({ stressor }) => stressor)).toEqual(names);
      for (const [index, entry] of shown.entries()) {
        expectMetrics(withMetrics(printed!.entries)[index]!, entry);
      }
      expectPerf(printed!.entries, run);
      const { 'user-time': user, 'load-average-5-minute': load } = printed!.times;
      expectPrinted(user!, timesOf(run).userSeconds, 0.005);
      expectPrinted(load!, timesOf(run).loadAverages[1], 0.005);
    }),
    { numRuns: 300, seed: 7 },
  );
});

function hasRun({ instances }: EntryRun): boolean {
  return totalsOf(instances).bogoOps > 0 || instances.some((one) => outcomeOf(one) === 'passed');
}

function withMetrics(entries: readonly PrintedEntry[]): readonly PrintedEntry[] {
  return entries.filter(({ metrics }) => 'bogo-ops' in metrics);
}

function expectMetrics({ metrics }: PrintedEntry, { instances }: EntryRun): void {
  const totals = totalsOf(instances);
  expect(metrics['bogo-ops']).toBe(totals.bogoOps);
  expectPrinted(metrics['wall-clock-time']!, totals.realSeconds, 0.005);
  expectPrinted(metrics['system-time']!, totals.systemSeconds, 0.005);
  expectPrinted(metrics['bogo-ops-per-second-real-time']!, totals.opsPerRealSecond, 0.005);
  expectPrinted(metrics['bogo-ops-per-second-usr-sys-time']!, totals.opsPerCpuSecond, 0.005);
  if ('max-rss' in metrics) expect(metrics['max-rss']).toBe(totals.rssKb);
}

/** Of entries of one name each stands in its turn. */
function expectPerf(printed: readonly PrintedEntry[], { entries, compat }: StressRun): void {
  for (const stressor of new Set(entries.map((entry) => entry.stressor))) {
    const own = entries.filter((entry) => entry.stressor === stressor);
    const read = printed.filter((entry) => entry.stressor === stressor);
    expect(read).toHaveLength(own.length);
    for (const [index, { instances, durationSeconds }] of own.entries()) {
      for (const { label, count } of perfCounts(instances, compat)) {
        const { perf } = read[index]!;
        expect(perf[`${eventKey(label)}_total`]).toBe(count);
        const rate = ratio(count, durationSeconds);
        expectPrinted(perf[`${eventKey(label)}_per_second`]!, rate, 0.05);
      }
    }
  }
}

it('the YAML of any run comes back from the reader of stress-ng', () => {
  const choices = fc.record({ times: fc.boolean(), scientific: fc.boolean() });
  fc.assert(
    fc.property(anyRun, choices, (run, choice) => {
      const text = yamlDocument(run, { metrics: true, perf: true, ...choice });
      const saved = readStressNgRuns(text + text, 'f');
      const names = entryLabels(run.entries.map(({ stressor }) => stressor));
      const labels = names.map((name) => `${name} (${run.kernel})`);
      expect(saved.map(({ label }) => label)).toEqual(labels);
      for (const [index, { metrics, notes }] of saved.entries()) {
        expect(notes).toEqual(run.sharedMm ? [SHARED_MM] : []);
        const { instances, durationSeconds } = run.entries[index]!;
        const { bogoOps } = totalsOf(instances);
        expect(metricOf(saved[index]!, 'bogo-ops').samples).toEqual([bogoOps, bogoOps]);
        const faults = metrics.find(({ name }) => name === 'faultsPerSecond')!;
        const { count } = perfCounts(instances, run.compat)[2]!;
        expectPrinted(faults.samples[0]!, ratio(count, durationSeconds), 1e-6);
        for (const { description, average } of ownMetrics({ instances })) {
          const key = metricKey(description, run.compat);
          expectPrinted(metricOf(saved[index]!, key).samples[0]!, average, 1e-6);
        }
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});

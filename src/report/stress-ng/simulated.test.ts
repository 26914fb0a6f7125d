import { expect, it } from 'vitest';
import { simulateHogs } from '../../engine/testing/run-hogs.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';
import { parsePrinted } from '../readers/stress-ng-print.js';
import { readStressNgRuns } from '../readers/stress-ng-reader.js';
import { metricOf } from '../readers/saved-run.js';
import { summaryMessages } from './summary.js';
import { entryOf, runOf } from './testing/synthetic-stress-run.js';
import { yamlDocument } from './yaml-document.js';

const HOGS = [
  { stressor: 'page-fault1-processes', instances: 2, ops: 1024, options: { bytes: 2 ** 21 } },
  { stressor: 'mixed', instances: 1, ops: 20, options: { bytes: 2 ** 21 } },
];

it('what a simulation did is what is printed of it, and what its YAML says', () => {
  const { instances = [], seconds } = simulateHogs({ entries: HOGS, seconds: 0.05 });
  const entries = HOGS.map(({ stressor }, entry) => {
    const own = instances.filter((instance) => instance.entry === entry);
    return entryOf(stressor, own, seconds);
  });
  const run = runOf(entries, { compat: 'head', durationSeconds: seconds });
  const metrics = { brief: false, scientific: false };
  const messages = summaryMessages(run, { metrics, perf: true, times: true });
  const [printed] = parsePrinted(messages.map(({ text }) => text).join('\n'));
  const choice = { metrics: true, perf: true, times: true, scientific: false };
  const written = readStressNgRuns(yamlDocument(run, choice), 'f');

  const sums = entries.map((entry) => {
    const sum = (pick: (instance: InstanceSamples) => number): number =>
      entry.instances.reduce((total, instance) => total + pick(instance), 0);
    return [sum(({ bogoOps }) => bogoOps), sum(({ faults }) => faults.total)];
  });
  // Each operation of page_fault1 is one page fault.
  expect(sums[0]).toEqual([2048, 2048]);
  expect(sums[1]![1]).toBeGreaterThan(20);
  const told = printed!.entries.map(({ stressor, metrics: columns, perf }) => [
    stressor,
    [columns['bogo-ops'], perf['page_faults_total_total']],
  ]);
  expect(told).toEqual([
    ['page-fault1-processes', sums[0]],
    ['mixed', sums[1]],
  ]);
  const saved = written.map((one) =>
    ['bogo-ops', 'page_faults_total_total'].map((name) => metricOf(one, name).samples[0]),
  );
  expect(saved).toEqual(sums);
  expect(metricOf(written[0]!, 'faultsPerSecond').samples[0]).toBeCloseTo(2048 / seconds, 5);
  const own = Object.keys(printed!.entries[1]!.metrics).slice(8);
  expect(own.length).toBeGreaterThan(0);
  expect(written[1]!.metrics.map(({ name }) => name)).toEqual(expect.arrayContaining(own));
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HogMetric } from '../../samples/stress-samples.js';
import { packageFile } from '../../util/package-file.js';
import { readStressNgRuns } from '../readers/stress-ng-reader.js';
import { parseYaml, type Yaml } from '../readers/yaml.js';
import { entryOf, instanceOf, runOf } from './testing/synthetic-stress-run.js';
import type { StressRun } from './stress-run.js';
import { yamlDocument } from './yaml-document.js';

const ALL = { metrics: true, perf: true, times: true, scientific: false };
const unmap: HogMetric = { description: '% of pages (max)', value: 4, mean: 'maximum' };
const busy = instanceOf({
  bogoOps: 30,
  realNs: 3e9,
  userNs: 1e9,
  systemNs: 2e9,
  rssPagesMax: 10,
  faults: { total: 9, minor: 8, major: 1, kernelMinor: 100, kernelMajor: 100 },
  metrics: [unmap],
});
const idle = instanceOf({ instance: 1, realNs: 3e9, metrics: [{ ...unmap, value: 0 }] });
const RUN = runOf([entryOf('page_fault', [busy, idle]), entryOf('mmap', [busy])]);

const file = (name: string): string =>
  readFileSync(packageFile(`src/report/testing/stress-ng/${name}.yaml`), 'utf8');

/** Line by line what stands left of a value. */
function shapeOf(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/: .*/, ':'));
}

describe('the YAML of a run', () => {
  it('has the keys of stress-ng in its order, its indentation and its blank lines', () => {
    const ours = shapeOf(yamlDocument(runOf([entryOf('mmap', [instanceOf()])]), ALL));
    const real = shapeOf(file('0.15.06-mmap'));
    expect(ours.filter((line) => !/^ +(simulated-by|kernel):/.test(line))).toEqual(real);
    const two = shapeOf(yamlDocument(runOf([entryOf('mmap', []), entryOf('vm', [])]), ALL));
    expect(two.filter((line) => line === '')).toHaveLength(6);
  });

  it('has the numbers in its formats', () => {
    const text = yamlDocument(RUN, ALL);
    expect(text).toContain(`metrics:
    - stressor: page-fault
      bogo-ops: 30
      bogo-ops-per-second-usr-sys-time: 10.000000
      bogo-ops-per-second-real-time: 10.000000
      wall-clock-time: 3.000000
      user-time: 1.000000
      system-time: 2.000000
      cpu-usage-per-instance: 50.000000
      max-rss: 40
      -of-pages-max: 2.000000

    - stressor: mmap
`);
    expect(text).toContain(`
      duration: 3.020000
      cpu_clock_total: 3000000000
      cpu_clock_per_second: 993377483.443709
`);
    expect(text).toContain(`
      stress-ng-version: 0.15.06
      run-by: root
      date-yyyy-mm-dd: 2026:11:22
      time-hh-mm-ss: 17:48:29
`);
    expect(text).toContain("version: '#1 SMP simulated'\n");
    expect(text).toContain('nodename: e5-2680-32\n');
    expect(text).toContain('      simulated-by: mmsem-bench 0.1.0\n      kernel: pristine\n\n');
    const inScience = yamlDocument(RUN, { ...ALL, scientific: true });
    expect(inScience).toContain('      user-time: 1.000000e+00\n');
    expect(inScience).toContain('      duration: 3.020000\n');
  });

  it('leaves out what is not asked for', () => {
    const [none] = parseYaml(yamlDocument(RUN, { ...ALL, metrics: false, perf: false, times: false }));
    expect(Object.keys(none as object)).toEqual(['system-info']);
  });

  it('of HEAD has single instances, and quotes', () => {
    const text = yamlDocument({ ...RUN, compat: 'head' }, ALL);
    expect(text).toContain(`
      percent-of-pages-max: 2.000000
      instances:
          - instance: 0
            bogo-ops: 30
            bogo-ops-per-second-usr-sys-time: 10.000000
            bogo-ops-per-second-real-time: 10.000000
            wall-clock-time: 3.000000
            user-time: 1.000000
            system-time: 2.000000
            cpu-usage: 100.000000
            max-rss: 40
            percent-of-pages-max: 4.000000
          - instance: 1
            bogo-ops: 0
`);
    expect(text).toContain("    - stressor: page-fault\n");
    expect(text).toContain("      stress-ng-version: '0.22.00'\n");
    expect(text).toContain("      libc: 'none'\n");
  });

  it('of 0.09 has fewer keys, and no quotes but where nothing else could be read', () => {
    const [document] = parseYaml(yamlDocument({ ...RUN, compat: '0.09.31' }, ALL));
    const { 'system-info': info, metrics } = document as Record<string, Yaml>;
    expect(info).not.toHaveProperty('compiler');
    expect(info).toMatchObject({ version: null, 'stress-ng-version': '0.09.31' });
    expect(Object.keys((metrics as object[])[0]!)).toEqual([
      'stressor',
      'bogo-ops',
      'bogo-ops-per-second-usr-sys-time',
      'bogo-ops-per-second-real-time',
      'wall-clock-time',
      'user-time',
      'system-time',
      '-of-pages-max',
    ]);
  });

  it.each(["it's a host", '', 'a: b', 'a #b', '- x', "'", '{', '#1', '  x', 'pristine#2'])(
    'holds any name: %j',
    (name) => {
      const run: StressRun = { ...RUN, kernel: name, teller: { ...RUN.teller, hostname: 'h' } };
      for (const compat of ['0.15.06', 'head'] as const) {
        const text = yamlDocument({ ...run, compat }, ALL);
        expect(parseYaml(text)).toMatchObject([{ 'system-info': { kernel: name } }]);
      }
    },
  );

  it('gives two metrics of one key a key each', () => {
    const metrics = ['nanosecs (a)', 'nanosecs a'].map((description) => ({ ...unmap, description }));
    const run = runOf([entryOf('mmap', [instanceOf({ metrics })])]);
    const [saved] = readStressNgRuns(yamlDocument(run, ALL), 'f');
    const names = saved!.metrics.map(({ name }) => name).filter((name) => name.startsWith("nano"));
    expect(names).toEqual(['nanosecs-a', 'nanosecs-a-2']);
  });
});

describe('documents of several kernels', () => {
  const text = ['pristine', 'patched', 'pristine']
    .map((kernel) => yamlDocument({ ...RUN, kernel }, ALL))
    .join('');

  it('are a run for every stressor of every kernel, beside those of stress-ng itself', () => {
    const saved = readStressNgRuns(text + file('0.15.06-mmap'), 'f');
    expect(saved.map(({ label, subject }) => [label, subject])).toEqual([
      ['page-fault (pristine)', 'page-fault'],
      ['mmap (pristine)', 'mmap'],
      ['page-fault (patched)', 'page-fault'],
      ['mmap (patched)', 'mmap'],
      ['mmap', undefined],
    ]);
    expect(saved[1]!.metrics[0]!.samples).toEqual([30, 30]);
    // Ours are true sums, whatever form they have.
    expect(saved.map(({ notes }) => notes.length)).toEqual([0, 0, 0, 0, 1]);
  });
});

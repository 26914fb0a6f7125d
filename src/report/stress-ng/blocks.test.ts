import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HogMetric } from '../../samples/stress-samples.js';
import { packageFile } from '../../util/package-file.js';
import { parseYaml } from '../readers/yaml.js';
import type { Message } from './message.js';
import { metricsMessages, type MetricsStyle } from './metrics-block.js';
import { eventLine, perfMessages } from './perf-block.js';
import type { EntryRun } from './stress-run.js';
import { entryOf, instanceOf, runOf } from './testing/synthetic-stress-run.js';
import { timesMessages, timesOf } from './times.js';

const FULL = { brief: false, scientific: false };
const BRIEF = { brief: true, scientific: false };
const textOf = (messages: readonly Message[]): string[] => messages.map(({ text }) => text);

/** What a real stress-ng printed of one run, and wrote as YAML, and the instances that it was given. */
interface Real {
  readonly name: string;
  readonly style: MetricsStyle;
  readonly given: Readonly<Record<string, number>>;
}
const RUNS: readonly Real[] = [
  { name: 'side-by-side', style: FULL, given: { mmap: 2, vm: 1 } },
  { name: 'own-metrics', style: FULL, given: { mmap: 2, munmap: 1, fault: 2 } },
  { name: 'scientific', style: { brief: true, scientific: true }, given: { mmap: 2, fault: 1 } },
];
const REAL = RUNS.map((real) => {
  const file = (kind: string): string =>
    readFileSync(packageFile(`src/report/testing/stress-ng/0.15.06-${real.name}.${kind}`), 'utf8');
  const [yaml] = parseYaml(file('yaml')) as [Record<string, Record<string, string>[]>];
  const lines = file('log').replaceAll(/^stress-ng: .*?\[\d+\] /gm, '');
  return { ...real, yaml, lines: lines.split('\n') };
});

/** An entry of so many instances with the numbers of an item of real YAML. */
function entryFrom(item: Readonly<Record<string, string>>, count: number): EntryRun {
  const number = (key: string): number => Number(item[key]);
  const ns = (key: string): number => number(key) * 1e9;
  const list = Array.from({ length: count }, (_, instance) =>
    instanceOf({
      instance,
      // Six decimals of a short time are fewer digits than a rate's.
      realNs: (1e9 * number('bogo-ops')) / number('bogo-ops-per-second-real-time'),
      userNs: ns('user-time') / count,
      systemNs: ns('system-time') / count,
      rssPagesMax: number('max-rss') / 4,
      bogoOps: instance === 0 ? number('bogo-ops') : 0,
    }),
  );
  return entryOf(item['stressor']!, list);
}

describe('of the numbers of a real run', () => {
  it.each(REAL)('$name: metrics are the lines that stress-ng printed', (real) => {
    const entries = real.yaml['metrics']!.map((item) =>
      entryFrom(item, real.given[item['stressor']!]!),
    );
    const ours = textOf(metricsMessages(runOf(entries), real.style));
    expect(ours).toHaveLength(2 + Object.keys(real.given).length);
    expect(real.lines.slice(2, 2 + ours.length)).toEqual(ours);
  });

  it.each(REAL.slice(0, 2))('$name: perf events are the lines that stress-ng printed', (real) => {
    const { cpu_clock_total: clock, cpu_clock_per_second: rate } = real.yaml['perfstats']![0]!;
    const seconds = Number(clock) / Number(rate);
    const events = real.lines.filter((line) => /\/sec ?$/.test(line));
    expect(events.length).toBe(10 * Object.keys(real.given).length);
    for (const line of events) {
      const label = line.slice(27, 51).trim();
      expect(eventLine(label, Number(line.slice(0, 26)), seconds, '0.15.06')).toBe(line);
    }
  });

  it.each(REAL.slice(0, 2))('$name: times are the lines that stress-ng printed', (real) => {
    const times = real.yaml['times'] as unknown as Record<string, string>;
    const seconds = (key: string): number => Number(times[`${key}-time`]);
    const load = (minutes: number): number => Number(times[`load-average-${minutes}-minute`]);
    const ours = timesMessages({
      runSeconds: seconds('run'),
      availableSeconds: seconds('available-cpu'),
      userSeconds: seconds('user'),
      systemSeconds: seconds('system'),
      totalSeconds: seconds('total'),
      loadAverages: [load(1), load(5), load(15)],
    });
    const begin = real.lines.findIndex((line) => line.startsWith('for a '));
    expect(real.lines.slice(begin, begin + 6)).toEqual(textOf(ours));
  });
});

const SAMPLE = entryOf('mmap', [
  instanceOf({
    bogoOps: 30,
    realNs: 3.019e9,
    userNs: 0.4503e9,
    systemNs: 2.54e9,
    rssPagesMax: 4593,
  }),
]);

describe('metrics', () => {
  it('are columns with a head of two lines', () => {
    const sample = `\
stressor       bogo ops real time  usr time  sys time   bogo ops/s     bogo ops/s CPU used per       RSS Max
                          (secs)    (secs)    (secs)   (real time) (usr+sys time) instance (%)          (KB)
mmap                 30      3.02      0.45      2.54         9.94          10.03        99.05         18372`;
    expect(textOf(metricsMessages(runOf([SAMPLE]), FULL)).join('\n')).toBe(sample);
    expect(metricsMessages(runOf([SAMPLE]), FULL)[2]!.type).toBe('metrc');
  });

  it('were fewer in 0.09, both rates of one width', () => {
    const old = textOf(metricsMessages(runOf([SAMPLE], { compat: '0.09.31' }), FULL)).join('\n');
    expect(old).toBe(`\
stressor       bogo ops real time  usr time  sys time   bogo ops/s   bogo ops/s
                          (secs)    (secs)    (secs)   (real time) (usr+sys time)
mmap                 30      3.02      0.45      2.54         9.94        10.03`);
  });

  it('in short leave out what has done nothing for want of memory', () => {
    const idle = entryOf('vm', [instanceOf({ shortages: ['no memory'] })]);
    const waiting = entryOf('fault', [instanceOf()]);
    const lines = textOf(metricsMessages(runOf([SAMPLE, idle, waiting]), BRIEF));
    expect(lines.slice(2).map((line) => line.split(' ')[0])).toEqual(['mmap', 'fault']);
    expect(lines[3]).toBe(
      'fault                 0      0.00      0.00      0.00         0.00           0.00',
    );
  });

  it('of the own kind are means of several sorts over the instances', () => {
    const values = (...list: number[]): EntryRun =>
      entryOf(
        'page_fault',
        list.map((value) =>
          instanceOf({
            metrics: (['geometric', 'harmonic', 'total', 'maximum'] as const).map(
              (mean): HogMetric => ({ description: `${mean} ns`, value, mean }),
            ),
          }),
        ),
      );
    const own = (entry: EntryRun, compat: 'head' | '0.15.06'): string[] =>
      textOf(metricsMessages(runOf([entry], { compat }), FULL)).slice(3);
    expect(own(values(2, 8), 'head')).toEqual([
      'miscellaneous metrics:',
      'page-fault             4.00 geometric ns (geometric mean of 2 instances)',
      'page-fault             3.20 harmonic ns (harmonic mean of 2 instances)',
      'page-fault            10.00 total ns (total of 2 instances)',
      'page-fault             8.00 maximum ns (maximum of 2 instances)',
    ]);
    expect(own(values(5), 'head')[1]).toMatch(/5\.00 geometric ns \(geometric mean of 1 instance\)$/);
    expect(own(values(0, 5), '0.15.06')[1]).toMatch(/5\.00 .* \(geometic mean of 2 instances\)$/);
    expect(own(values(0, 0), 'head').slice(1).join()).not.toMatch(/NaN|Infinity|[1-9]\.\d\d/);
    expect(metricsMessages(runOf([values(5)], { compat: 'head' }), BRIEF)).toHaveLength(3);
    expect(metricsMessages(runOf([values(5)]), BRIEF)).toHaveLength(8);
  });
});

describe('perf events', () => {
  it.each([
    [0, '0.000 /sec '],
    [999.5, '999.500 /sec '],
    [1000, '1.000 K/sec'],
    [86_331, '86.331 K/sec'],
    [99_999.9, '100.000 K/sec'],
    [1e5, '0.100 M/sec'],
    [99_999_999, '100.000 M/sec'],
    [1e8, '0.100 B/sec'],
    [9.9e8, '0.990 B/sec'],
    [1e11, '0.100 T/sec'],
    [1e14, '0.100 P/sec'],
    [1e17, '0.100 E/sec'],
    [1e20, '0.100 Z/sec'],
  ])('%d per second is %s', (rate, text) => {
    expect(eventLine('x', rate, 1, '0.15.06')).toMatch(new RegExp(`  ${text}$`));
  });

  const faults = (total: number): EntryRun['instances'][number] =>
    instanceOf({
      faults: { total, minor: total - 1, major: 1, kernelMinor: 1e6, kernelMajor: 1e6 },
      userNs: 1_000_000_000,
      systemNs: 500_000_000,
      contextSwitches: 7,
    });

  it('are sums over the instances, of faults that perf counts', () => {
    const entry = entryOf('mmap', [faults(200_000), faults(58_993)], 3);
    expect(textOf(perfMessages(runOf([entry], { compat: 'head' })))).toEqual([
      'mmap:',
      '                3000000000 CPU Clock                      1.000 B/sec',
      '                3000000000 Task Clock                     1.000 B/sec',
      '                    258993 Page Faults Total             86.331 K/sec',
      '                    258991 Page Faults Minor             86.330 K/sec',
      '                         2 Page Faults Major              0.667 /sec ',
      '                        14 Context Switches               4.667 /sec ',
      '                         0 Cgroup Switches                0.000 /sec ',
      '                         0 CPU Migrations                 0.000 /sec ',
      '                         0 Alignment Faults               0.000 /sec ',
      '                         0 Emulation Faults               0.000 /sec ',
    ]);
  });

  it('of an old form have the figure beside them that it would have told', () => {
    const entry = entryOf('mmap', [faults(200_000), faults(58_993)], 3);
    expect(textOf(perfMessages(runOf([entry])))[11]).toBe(
      `note: stress-ng 0.15.06 tells instance 0's Page Faults Total of mmap times the instances: ` +
        '200000 x 2 = 400000, 0.133 M/sec',
    );
    const old = textOf(perfMessages(runOf([entry], { compat: '0.09.31' })));
    expect(old).toHaveLength(11);
    expect(old[3]).toBe('                    258993 Page Faults Total              86.33 K/sec');
    expect(old[10]).toMatch(/stress-ng 0\.09\.31 .* 0\.13 M\/sec$/);
    expect(old.join()).not.toContain('Cgroup');
    const alone = entryOf('mmap', [faults(200_000)], 3);
    expect(perfMessages(runOf([alone]))).toHaveLength(11);
  });

  it('go by the time that their own stressor had', () => {
    const entries = [entryOf('mmap', [faults(1000)], 2), entryOf('vm', [faults(1000)], 4)];
    const lines = textOf(perfMessages(runOf(entries, { durationSeconds: 6 })));
    const rates = lines.filter((line) => line.includes('Total')).map((line) => line.slice(52));
    expect(rates).toEqual(['    500.000 /sec ', '    250.000 /sec ']);
  });
});

describe('times', () => {
  it('are told in ticks, as shares of all configured CPUs', () => {
    const entry = entryOf('mmap', [instanceOf({ userNs: 459_999_999, systemNs: 2_530_000_000 })]);
    const times = timesOf(runOf([entry], { durationSeconds: 3.0195 }));
    expect(textOf(timesMessages({ ...times, loadAverages: [0.78, 0.77, 0.47] })).join('\n')).toBe(`\
for a 3.02s run time:
      6.04s available CPU time
      0.45s user time   (  7.45%)
      2.53s system time ( 41.89%)
      2.98s total time  ( 49.35%)
load average: 0.78 0.77 0.47`);
  });

  it('have the load that so many busy CPUs come to', () => {
    const busy = (seconds: number): number[] => {
      const spent = instanceOf({ userNs: 2 * seconds * 1e9 });
      const run = runOf([entryOf('mmap', [spent])], { durationSeconds: seconds });
      return timesOf(run).loadAverages.map((load) => Math.round(100 * load) / 100);
    };
    expect(busy(60)).toEqual([1.26, 0.36, 0.13]);
    expect(busy(36_000)).toEqual([2, 2, 2]);
  });
});

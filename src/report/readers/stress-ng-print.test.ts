import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../util/package-file.js';
import { parsePrinted, type PrintedEntry } from './stress-ng-print.js';
import { parseSavedRuns } from './read-saved-runs.js';
import { metricOf, type SavedRun } from './saved-run.js';

const file = (name: string): string =>
  readFileSync(packageFile(`src/report/testing/stress-ng/${name}`), 'utf8');

/** The entries of the only run in a text. */
function entriesOf(text: string): readonly PrintedEntry[] {
  const [run, ...others] = parsePrinted(text);
  expect(others).toEqual([]);
  return run!.entries;
}

describe('what a real stress-ng printed', () => {
  it.each(['side-by-side', 'own-metrics', 'scientific'])(
    'of %s is what it wrote as YAML, to as many digits',
    async (name) => {
      const printed = await parseSavedRuns(file(`0.15.06-${name}.log`), 'f');
      const written = await parseSavedRuns(file(`0.15.06-${name}.yaml`), 'f');
      expect(printed.map(({ label }) => label)).toEqual(written.map(({ label }) => label));
      for (const [index, run] of printed.entries()) compareRuns(run, written[index]!);
    },
  );

  function compareRuns(printed: SavedRun, written: SavedRun): void {
    const names = ({ metrics }: SavedRun): string[] => metrics.map(({ name }) => name);
    // Only YAML says how long perf counted; the short form has fewer columns.
    const missing = names(written).filter((name) => !names(printed).includes(name));
    expect(['duration', 'cpu-usage-per-instance', 'max-rss']).toEqual(
      expect.arrayContaining(missing),
    );
    expect(names(written)).toEqual(expect.arrayContaining(names(printed)));
    for (const { name, samples } of printed.metrics) {
      const [value] = metricOf(written, name).samples;
      // Three decimals of 0.1 M are no more; own metrics are other means there.
      const digits = /_per_second$|^nanosecs|-per-sec$/.test(name) ? 0.01 : 1e-4;
      const slack = Math.max(0.005, value! * digits);
      expect(Math.abs(samples[0]! - value!), `${name} ${value!}`).toBeLessThanOrEqual(slack);
    }
  }

  it('may be a form of today, after and before other lines', () => {
    const text = `$ stress-ng --mmap 2 --vm 2 --metrics --times
stress-ng: info:  [17] setting to a 3 secs run per stressor
stress-ng: info:  [17] dispatching hogs: 2 mmap, 2 vm
stress-ng: info:  [19] mmap: some remark 1.00 2.00
stress-ng: metrc: [17] stressor       bogo ops real time  usr time  sys time   bogo ops/s     bogo ops/s CPU used per       RSS Max
stress-ng: metrc: [17]                           (secs)    (secs)    (secs)   (real time) (usr+sys time) instance (%)          (KB)
stress-ng: metrc: [17] mmap                 10      0.21      0.04      0.23        47.31          36.66        64.52          6096
stress-ng: metrc: [17] vm              2338724      3.00      5.96      0.01    779574.67      391745.06        99.50          3964
stress-ng: metrc: [17] miscellaneous metrics:
stress-ng: metrc: [17] vm              0.09 % of pages (in use) (harmonic mean of 1 instance)
stress-ng: metrc: [17] vm           9017.31 Mwrites per sec (geometric mean of 2 instances)
stress-ng: info:  [17] for a 3.01s run time:
stress-ng: info:  [17]       6.02s available CPU time
stress-ng: info:  [17]       0.45s user time   (  7.45%)
stress-ng: info:  [17]       2.53s system time ( 41.89%)
stress-ng: info:  [17]       2.98s total time  ( 49.35%)
stress-ng: info:  [17] load average: 520.00 149.63 51.46
stress-ng: info:  [17] skipped: 0
stress-ng: info:  [17] passed: 4: mmap (2) vm (2)
stress-ng: info:  [17] successful run completed in 3.01 secs
$ `;
    const [run, ...others] = parsePrinted(text);
    expect(others).toEqual([]);
    expect(run!.entries[0]).toEqual({
      stressor: 'mmap',
      metrics: {
        'bogo-ops': 10,
        'wall-clock-time': 0.21,
        'user-time': 0.04,
        'system-time': 0.23,
        'bogo-ops-per-second-real-time': 47.31,
        'bogo-ops-per-second-usr-sys-time': 36.66,
        'cpu-usage-per-instance': 64.52,
        'max-rss': 6096,
      },
      perf: {},
    });
    expect(run!.entries[1]!.metrics).toMatchObject({
      'max-rss': 3964,
      'percent-of-pages-in-use': 0.09,
      'mwrites-per-sec': 9017.31,
    });
    expect(run!.times).toEqual({
      'run-time': 3.01,
      'available-cpu-time': 6.02,
      'user-time': 0.45,
      'user-time-percent': 7.45,
      'system-time': 2.53,
      'system-time-percent': 41.89,
      'total-time': 2.98,
      'total-time-percent': 49.35,
      'load-average-1-minute': 520,
      'load-average-5-minute': 149.63,
      'load-average-15-minute': 51.46,
    });
  });

  it('may be a form of 2018, with the last line first and two decimals', () => {
    const text = `stress-ng: info:  [9] dispatching hogs: 32 mmap
stress-ng: info:  [9] successful run completed in 600.12s (10 mins, 0.12 secs)
stress-ng: info:  [9] stressor       bogo ops real time  usr time  sys time   bogo ops/s   bogo ops/s
stress-ng: info:  [9]                           (secs)    (secs)    (secs)   (real time) (usr+sys time)
stress-ng: info:  [9] mmap                 32    600.10     20.00   1900.00         0.05         0.02
stress-ng: info:  [9] mmap:
stress-ng: info:  [9]                 53,656,729 Page Faults Total              89.41 K/sec
stress-ng: info:  [9]                          5 Branch Misses                   0.01 /sec  ( 0.12%)
`;
    const [entry] = entriesOf(text);
    expect(Object.keys(entry!.metrics)).toHaveLength(6);
    expect(entry!.perf).toEqual({
      page_faults_total_total: 53_656_729,
      page_faults_total_per_second: 89_410,
      branch_misses_total: 5,
      branch_misses_per_second: 0.01,
    });
  });

  it('may come with the signs of a locale', () => {
    const text = `
stressor       bogo ops real time  usr time  sys time   bogo ops/s     bogo ops/s
                          (secs)    (secs)    (secs)   (real time) (usr+sys time)
msg                 100      3,02      0,45      2,54         9,94          10,03
msg:
            745.481.300 Cache BPU Read Miss            29,09 M/sec
                16 629 Page Faults Total               0,28 M/sec`.replace('16 629', '16\u202F629');
    const [entry] = entriesOf(text);
    expect(entry!.metrics).toMatchObject({ 'wall-clock-time': 3.02, 'bogo-ops': 100 });
    expect(entry!.perf).toEqual({
      cache_bpu_read_miss_total: 745_481_300,
      cache_bpu_read_miss_per_second: 29_090_000,
      page_faults_total_total: 16_629,
      page_faults_total_per_second: 280_000,
    });
  });

  const HEAD = `stressor       bogo ops real time  usr time  sys time   bogo ops/s     bogo ops/s
                          (secs)    (secs)    (secs)   (real time) (usr+sys time)\n`;
  const row = (name: string, ops: number): string => `${name} ${ops} 3.02 0.45 2.54 9.94 10.03\n`;

  it('of a stressor that was named twice is two entries, each with its own events', async () => {
    const event = (count: number): string => `mmap:\n ${count} Page Faults Total  1.000 /sec\n`;
    const text = `${HEAD}${row('mmap', 1)}${row('mmap', 2)}${event(10)}${event(20)}`;
    const told = entriesOf(text).map(({ metrics, perf }) => [
      metrics['bogo-ops'],
      perf['page_faults_total_total'],
    ]);
    expect(told).toEqual([
      [1, 10],
      [2, 20],
    ]);
    const runs = await parseSavedRuns(text, 'f');
    expect(runs.map(({ label }) => label)).toEqual(['mmap', 'mmap#2']);
  });

  it('several times in one log is several runs, and as many samples', async () => {
    const text = `${HEAD}${row('mmap', 1)}other\n${HEAD}${row('mmap', 2)}`;
    expect(parsePrinted(text)).toHaveLength(2);
    const [run] = await parseSavedRuns(text, 'f');
    expect(metricOf(run!, 'bogo-ops').samples).toEqual([1, 2]);
    expect(run!.notes).toEqual([]);
  });

  it('by perf alone says that the faults may be those of instance 0', async () => {
    const text = 'mmap:\n              53,646,000 Page Faults Total             89.410 K/sec\n';
    const [run] = await parseSavedRuns(text, 'f');
    expect(metricOf(run!, 'faultsPerSecond').samples).toEqual([89_410]);
    expect(run!.notes.join()).toMatch(/instance 0's .* older than 0\.19\.06/);
  });

  it('cut off in the middle of a row is refused with its line', async () => {
    await expect(parseSavedRuns(`${HEAD}mmap 1 3.02 0.45\n`, 'f')).rejects.toThrow(
      `'f' cannot be used as output of stress-ng: line 3 has 3 numbers where 6 belong under its head`,
    );
    await expect(parseSavedRuns(HEAD, 'f')).rejects.toThrow('it has no line of a stressor');
  });

  it('is nothing else that has colons and numbers', () => {
    expect(parsePrinted('mmap:\nsome 5 words 1.00\n12 apples 3 /day\n\n')).toEqual([]);
  });
});

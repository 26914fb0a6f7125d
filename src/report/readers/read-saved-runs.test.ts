import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../util/package-file.js';
import { formatResult, type ResultDocument } from '../result.js';
import { RESULTS } from '../testing/awkward-results.js';
import { parseSavedRuns, readSavedRuns } from './read-saved-runs.js';
import { metricOf, SavedRunRefused } from './saved-run.js';

const TWO = RESULTS['two kernels']!;
const JSON_TEXT = formatResult(TWO);

/** What the user is told about a text that is refused. */
async function refusal(text: string): Promise<string> {
  const problem = await parseSavedRuns(text, 'f').then(
    () => 'nothing',
    (error: unknown) => {
      expect(error).toBeInstanceOf(SavedRunRefused);
      return (error as SavedRunRefused).message;
    },
  );
  expect(problem).toMatch(/^[^\n]{1,200}$/);
  return problem;
}

describe('our JSON', () => {
  it('is a run for every kernel, with the samples of its rounds', async () => {
    const runs = await parseSavedRuns(JSON_TEXT, 'f.json');
    expect(runs.map(({ label, kind, source }) => [label, kind, source])).toEqual([
      ['pristine', 'mmsem-bench', 'f.json'],
      ['patched', 'mmsem-bench', 'f.json'],
    ]);
    const { rounds } = TWO.kernels[0]!;
    expect(runs[0]!.metrics[0]).toEqual({
      name: 'faultsPerSecond',
      unit: 'faults/s',
      better: 'higher',
      samples: rounds.map(({ faultsPerSecond }) => faultsPerSecond),
      rounds: rounds.map(({ round }) => round),
    });
    expect(metricOf(runs[1]!, 'writeHoldNsMax').better).toBe('lower');
    expect(runs[0]!.document).toEqual(TWO);
  });

  it('cut off anywhere is refused, and called that', async () => {
    const whole = JSON_TEXT.trimEnd();
    for (let length = 1; length < whole.length; length += 37) {
      expect(await refusal(whole.slice(0, length))).toBe(
        `'f' cannot be used as JSON of mmsem-bench: it is cut off before its end`,
      );
    }
  });

  const changed = (change: (text: string) => string): string => {
    const text = change(JSON_TEXT);
    expect(text).not.toBe(JSON_TEXT);
    return text;
  };
  const faults = `"faultsPerSecond": ${TWO.kernels[0]!.rounds[0]!.faultsPerSecond!}`;

  it.each([
    [changed((text) => text.replace('/result', '/sweep')), `it is a 'mmsem-bench/sweep', not a`],
    [changed((text) => text.replace('"version": 1,', '"version": 2,')), 'it is of version 2'],
    [
      changed((text) => text.replace('"version": 1,', '"version": "1",')),
      'it is of version the string "1", and this reads 1',
    ],
    ['{"name": "other"}', `it is without a schema, not a 'mmsem-bench/result'`],
    ['[]', 'it is without a schema'],
    ['{"schema" 1}', 'line 1 is no JSON'],
    [changed((text) => text.replace(faults, '"faultsPerSecond": NaN')), 'NaN, which is no number'],
    [
      changed((text) => text.replace(faults, '"faultsPerSecond": 1e999')),
      'kernels[0].rounds[0].faultsPerSecond is Infinity, not a number or null',
    ],
    [
      changed((text) => text.replace(faults, '"faultsPerSecond": -1')),
      'kernels[0].rounds[0].faultsPerSecond is -1, less than 0',
    ],
    [
      changed((text) => text.replace(`${faults},`, '')),
      'kernels[0].rounds[0] has no faultsPerSecond',
    ],
    [changed((text) => text.replace('"partial"', '"part"')), 'the document has no partial'],
    [
      changed((text) => text.replace('"partial": false', '"partial": true')),
      'it is a partial run; let one run to its end',
    ],
  ])('%#: refused with one line', async (text, message) => {
    expect(await refusal(text)).toContain(message);
  });

  it('a metric that no round has is missing, and named', async () => {
    const kernels = TWO.kernels.map((kernel) => ({
      ...kernel,
      rounds: kernel.rounds.map((round) => {
        const { faultWaitNs, ...others } = round.mmapSem;
        return { ...round, mmapSem: { ...others, faultWaitNs: { ...faultWaitNs, count: 0 } } };
      }),
    }));
    const text = formatResult({ ...TWO, kernels } satisfies ResultDocument);
    const [run] = await parseSavedRuns(text, 'f');
    expect(() => metricOf(run!, 'faultWaitNsMax')).toThrow(
      /^'f' has no faultWaitNsMax of pristine; it has faultsPerSecond, /,
    );
  });
});

describe('Go benchmark text', () => {
  const text = `goos: linux
pkg: example.com/x
Unit widgets/s better=higher
BenchmarkA
BenchmarkA-8   \t 100\t 12.5 ns/op\t 0 B/op  7 widgets/s 3 odd-thing
BenchmarkA-8 100 13 ns/op
PASS
ok  example.com/x 1.2s
commit: abc
BenchmarkA-8 100 1e1 ns/op
BenchmarkB 1 5 faults/s
`;

  it('is a run for every name and configuration, repetitions its samples', async () => {
    const runs = await parseSavedRuns(text, 'f');
    expect(runs.map(({ label }) => label)).toEqual([
      'A-8 (commit: none)',
      'A-8 (commit: abc)',
      'B',
    ]);
    expect(runs[0]!.metrics).toEqual([
      { name: 'ns/op', unit: 'ns/op', better: 'lower', samples: [12.5, 13] },
      { name: 'B/op', unit: 'B/op', better: 'lower', samples: [0] },
      { name: 'widgets/s', unit: 'widgets/s', better: 'higher', samples: [7] },
      { name: 'odd-thing', unit: 'thing', better: null, samples: [3] },
    ]);
    expect(runs[1]!.metrics[0]!.samples).toEqual([10]);
    expect(runs[2]!.metrics[0]).toMatchObject({ name: 'faultsPerSecond', better: 'higher' });
  });

  it.each([
    ['BenchmarkA 1\n', 'line 1 is not of the form NAME ITERATIONS VALUE UNIT ...'],
    ['BenchmarkA 1 2\n', 'line 1 is not of the form'],
    ['BenchmarkA 1 2 a 3\n', 'line 1 is not of the form'],
    ['x: y\nBenchmarkA 1.5 2 a\n', 'line 2 is not of the form'],
    ['BenchmarkA 1 NaN a\n', 'line 1 has NaN a, which is no number'],
    ['BenchmarkA 1 1e999 a\n', 'line 1 has 1e999 a, which is no number'],
    ['BenchmarkA\n', 'it has no result line'],
    ['Unit a better=up\nBenchmarkA 1 2 a\n', 'line 1 has better=up, not higher or lower'],
    [
      'Unit a better=higher\nUnit a better=lower\nBenchmarkA 1 2 a\n',
      'line 2: a was better=higher before',
    ],
  ])('%j is refused with its line', async (wrong, message) => {
    expect(await refusal(wrong)).toContain(`'f' cannot be used as Go benchmark text: ${message}`);
  });
});

describe('YAML of stress-ng', () => {
  const file = (name: string): string => packageFile(`src/report/testing/stress-ng/${name}.yaml`);
  const text = readFileSync(file('0.15.06-mmap'), 'utf8');

  it.each([
    ['0.09.31-mmap', 1.5, 89_410, 1],
    ['0.15.06-mmap', 8.963636, 55_715.662239, 1],
    ['0.15.06-mmap-file', 0.297066, 2_394.898685, 1],
  ])('of %s: metrics and perf events of every stressor', async (name, bogoOps, faults, notes) => {
    const [run, ...others] = await readSavedRuns(file(name));
    expect(others).toEqual([]);
    expect(run).toMatchObject({ label: 'mmap', kind: 'stress-ng' });
    expect(metricOf(run!, 'bogo-ops-per-second-real-time')).toEqual({
      name: 'bogo-ops-per-second-real-time',
      unit: 'bogo-ops/s',
      better: 'higher',
      samples: [bogoOps],
    });
    expect(metricOf(run!, 'faultsPerSecond').samples).toEqual([faults]);
    expect(run!.notes).toHaveLength(notes);
  });

  it('of today: several stressors, own metrics, no perf, instances left out', async () => {
    const runs = await readSavedRuns(file('head-mmap'));
    expect(runs.map(({ label }) => label)).toEqual(['mmap', 'vm']);
    expect(metricOf(runs[0]!, 'pages-mapped-per-second')).toMatchObject({ samples: [1000.5] });
    expect(metricOf(runs[0]!, 'bogo-ops').samples).toEqual([12]);
    expect(metricOf(runs[0]!, 'bogo-ops-per-second-real-time').samples).toEqual([6]);
    expect(runs[0]!.notes).toEqual([]);
    expect(() => metricOf(runs[1]!, 'faultsPerSecond')).toThrow(/has no faultsPerSecond of vm/);
  });

  it('of two entries of one stressor: they are no repetitions of each other', async () => {
    const twice = text.replace(/^ {4}- stressor: mmap\n[^]*?(?=^$)/gm, '$&$&');
    const runs = await parseSavedRuns(twice, 'f');
    expect(runs.map(({ label }) => label)).toEqual(['mmap', 'mmap#2']);
    for (const run of runs) {
      expect(metricOf(run, 'bogo-ops').samples).toEqual([27]);
      expect(metricOf(run, 'faultsPerSecond').samples).toEqual([55_715.662239]);
    }
  });

  it('repeated in one file is a sample each time', async () => {
    const [run] = await parseSavedRuns(`${text}${text}`, 'f');
    expect(metricOf(run!, 'bogo-ops').samples).toEqual([27, 27]);
  });

  it.each([
    [text.slice(0, 1500), 'it is cut off'],
    [
      text.replace(/page_faults_total_per_second: .*/, 'page_faults_total_per_second: nan'),
      'is nan,',
    ],
    [text.replace('bogo-ops: 27', 'bogo-ops:'), 'bogo-ops of mmap in metrics is empty'],
    [
      text.replace('- stressor: mmap', '- other: mmap'),
      'metrics[0] does not say of which stressor',
    ],
    [text.replace(/stress-ng-version: .*/, ''), 'its system-info has no stress-ng-version'],
    [text.replace(/^metrics:[^]*^times:/m, 'times:'), 'it has no numbers: stress-ng writes them'],
    ['---\n...\n', 'it has an empty document'],
  ])('%#: refused with one line', async (wrong, message) => {
    expect(wrong).not.toBe(text);
    const told = await refusal(wrong);
    expect(told).toContain(`'f' cannot be used as YAML of stress-ng: `);
    expect(told).toContain(message);
  });
});

describe('files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-saved-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('are told apart by what is in them', async () => {
    const file = path.join(folder, 'f.txt');
    writeFileSync(file, `\uFEFF${JSON_TEXT}`);
    expect((await readSavedRuns(file))[0]!.kind).toBe('mmsem-bench');
  });

  it('that are missing, empty or something else are refused', async () => {
    await expect(readSavedRuns(path.join(folder, 'none'))).rejects.toThrow(
      /^cannot read '.*none': there is no such file/,
    );
    expect(await refusal('')).toBe(`'f' is empty`);
    expect(await refusal(' \n\n')).toBe(`'f' is empty`);
    expect(await refusal('some text\n')).toContain('is nothing that can be compared: it takes');
  });
});

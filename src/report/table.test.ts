import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { modelOf, parseProfile } from '../plan/machine-model.js';
import { syntheticRounds } from '../stats/testing/synthetic-run.js';
import { packageFile } from '../util/package-file.js';
import { renderTable } from './table.js';
import { PATCHED, PRISTINE, resultOf, syntheticResult } from './testing/synthetic-result.js';

const PLAIN = { color: false, unicode: false };
const TWO = syntheticResult({ pristine: PRISTINE, patched: PATCHED });
const WORSE = { ...PRISTINE, faults: 24_000_000, readWaitNs: 179_900_000 };

describe('table', () => {
  it('of two kernels is one block within 100 columns', () => {
    expect(renderTable(TWO, PLAIN)).toMatchInlineSnapshot(`
      "threads engine, 2 tasks in 1 address space, 80 GiB (40 GiB per task), threshold 1 GiB, 10 rounds x 2.0 s per kernel

      metric              pristine   patched   change     95 % interval  verdict
      page faults/sec      12.33 M   13.09 M   +6.3 %   +5.2 ..  +7.1 %  faster
      munmap GiB/s           47.03     49.92   +6.3 %   +5.2 ..  +7.1 %  faster
      munmap calls/sec       1.000     1.000    0.0 %    0.0 ..   0.0 %  no difference shown
      longest write hold  78.90 ms  1.216 ms  -98.5 %  -98.5 .. -98.4 %  faster
      p99 write hold      78.90 ms  1.216 ms  -98.5 %  -98.5 .. -98.4 %  faster
      p99.9 fault wait        0 ns      0 ns    0.0 %    0.0 ..   0.0 %  no difference shown
      longest fault wait  80.70 ms  2.030 ms  -97.5 %  -97.5 .. -97.5 %  faster

      patched resolves 6.3 % more page faults per second than pristine (95 % interval +5.2 .. +7.1 %, 10
      pairs of rounds); its longest write hold is 1.2 ms instead of 79 ms, so faults wait at most 2.0 ms
      instead of 81 ms.
      "
    `);
  });

  it('of three kernels gives each candidate its own block of differences', () => {
    const document = syntheticResult({ pristine: PRISTINE, patched: PATCHED, worse: WORSE });
    expect(renderTable(document, PLAIN)).toMatchInlineSnapshot(`
      "threads engine, 2 tasks in 1 address space, 80 GiB (40 GiB per task), threshold 1 GiB, 10 rounds x 2.0 s per kernel

      metric              pristine   patched     worse
      page faults/sec      12.33 M   13.09 M   11.99 M
      munmap GiB/s           47.03     49.92     45.73
      munmap calls/sec       1.000     1.000     1.000
      longest write hold  78.90 ms  1.216 ms  78.90 ms
      p99 write hold      78.90 ms  1.216 ms  78.90 ms
      p99.9 fault wait        0 ns      0 ns      0 ns
      longest fault wait  80.70 ms  2.030 ms  181.7 ms

      patched against pristine
      metric               change     95 % interval  verdict
      page faults/sec      +6.3 %   +5.2 ..  +7.1 %  faster
      munmap GiB/s         +6.3 %   +5.2 ..  +7.1 %  faster
      munmap calls/sec      0.0 %    0.0 ..   0.0 %  no difference shown
      longest write hold  -98.5 %  -98.5 .. -98.4 %  faster
      p99 write hold      -98.5 %  -98.5 .. -98.4 %  faster
      p99.9 fault wait      0.0 %    0.0 ..   0.0 %  no difference shown
      longest fault wait  -97.5 %  -97.5 .. -97.5 %  faster

      worse against pristine
      metric                change       95 % interval  verdict
      page faults/sec       -2.7 %    -3.4 ..   -2.1 %  slower
      munmap GiB/s          -2.7 %    -3.4 ..   -2.1 %  slower
      munmap calls/sec       0.0 %     0.0 ..    0.0 %  no difference shown
      longest write hold    +0.1 %    -0.7 ..   +0.7 %  no difference shown
      p99 write hold        +0.1 %    -0.7 ..   +0.7 %  no difference shown
      p99.9 fault wait       0.0 %     0.0 ..    0.0 %  no difference shown
      longest fault wait  +125.4 %  +123.6 .. +126.7 %  slower

      patched resolves 6.3 % more page faults per second than pristine (95 % interval +5.2 .. +7.1 %, 10
      pairs of rounds); its longest write hold is 1.2 ms instead of 79 ms, so faults wait at most 2.0 ms
      instead of 81 ms.
      worse resolves 2.7 % fewer page faults per second than pristine (95 % interval -3.4 .. -2.1 %, 10
      pairs of rounds); faults wait at most 180 ms instead of 81 ms, although the longest write hold is
      not shown to differ.
      "
    `);
  });

  it('of one kernel has numbers only', () => {
    const text = renderTable(syntheticResult({ pristine: PRISTINE }), PLAIN);
    expect(text).toContain('page faults/sec      12.33 M\n');
    expect(text).not.toContain('verdict');
  });

  it('keeps to a narrow terminal, the headline apart', () => {
    const [, ...lines] = renderTable(TWO, { ...PLAIN, width: 70 }).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(70);
    expect(lines).toContain('patched against pristine');
  });

  it('puts kernels that do not fit side by side below one another', () => {
    const names = ['pristine', 'patched', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const document = syntheticResult(Object.fromEntries(names.map((name) => [name, PRISTINE])));
    const lines = renderTable(document, PLAIN).split('\n').slice(1);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(lines.filter((line) => /^page faults\/sec +12\.\d\d M/.test(line))).toHaveLength(2);
  });

  it('shows what does not exist as n/a and says that the run is partial', () => {
    const document = resultOf([], {}, { partial: true });
    const text = renderTable(document, PLAIN);
    expect(text).toMatch(/^page faults\/sec +n\/a +n\/a +n\/a +n\/a +inconclusive$/m);
    expect(text).toContain('Partial run: ');
    expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it('ends with the warnings, one line each', () => {
    const trials = syntheticRounds([PRISTINE, PATCHED], 3);
    const text = renderTable(resultOf(trials, { rounds: 3 }), PLAIN);
    expect(text.split('\n').slice(-3)).toEqual([
      '',
      'warning: patched against pristine: 3 pairs of rounds, a verdict needs 6; ' +
        'use --rounds 6 or more',
      '',
    ]);
  });
});

describe('colour', () => {
  it('only repeats what the words say', () => {
    const colored = renderTable(TWO, { ...PLAIN, color: true });
    expect(colored).toContain('[32mfaster');
    expect(stripVTControlCharacters(colored)).toBe(renderTable(TWO, PLAIN));
  });

  it('is absent unless asked for, whatever the terminal', () => {
    expect(renderTable(TWO, PLAIN)).toMatch(/^[\n -~]+$/);
  });
});

it('writes µs only where it can be shown', () => {
  const quick = { ...PATCHED, writeHoldNs: 12_340 };
  const document = syntheticResult({ pristine: PRISTINE, quick });
  expect(renderTable(document, { color: false, unicode: true })).toMatch(/12\.\d\d µs/);
  expect(renderTable(document, PLAIN)).toMatch(/12\.\d\d us/);
});

it('has a row for writers, in numbers and in differences, only if there are any', () => {
  const trials = syntheticRounds([PRISTINE, PATCHED], 10).map((trial) => ({
    ...trial,
    counters: { writerCalls: trial.kernelIndex === 0 ? 1000 : 3000 },
  }));
  const table = (writers: number): string => renderTable(resultOf(trials, { writers }), PLAIN);
  expect(table(2)).toMatch(/^writer calls\/sec +500\.0 +1\.500 K +\+200\.0 % .* faster$/m);
  expect(table(0)).not.toContain('writer');
});

const MACHINE = modelOf(
  parseProfile(readFileSync(packageFile('workloads/machines/e5-2680-32.json'), 'utf8')),
);

describe('of a simulated machine', () => {
  it('has how the change is distributed over the seeds, within 80 columns', () => {
    const trials = syntheticRounds([PRISTINE, PATCHED], 10);
    const simulated = resultOf(trials, { engine: 'virtual', machine: MACHINE });
    const lines = renderTable(simulated, { ...PLAIN, width: 80 }).split('\n');
    const at = lines.findIndex((line) => line.startsWith('page faults/sec by seed'));
    expect(lines[at]).toMatch(/ seeds +least +25 % +median +75 % +most$/);
    expect(lines[at + 1]).toMatch(/^patched against pristine +10( +\+\d\.\d %){5}$/);
    expect(lines[at + 1]).toMatch(/\+6\.3 %/);
    for (const line of lines.slice(1)) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.join(' ')).toContain('10 pairs of seeds');
    expect(renderTable(resultOf(trials), PLAIN)).not.toContain('by seed');
  });
});

it('shows an interval without an end as such, in line with the others', () => {
  const trials = syntheticRounds([PRISTINE, PATCHED], 10).map((trial) =>
    trial.kernelIndex === 0 ? { ...trial, counters: { munmapCalls: 0 } } : trial,
  );
  const lines = renderTable(resultOf(trials), PLAIN).split('\n');
  const calls = lines.find((line) => line.startsWith('munmap calls/sec'))!;
  const faults = lines.find((line) => line.startsWith('page faults/sec'))!;
  expect(calls).toMatch(/ n\/a +n\/a +inconclusive$/);
  expect(calls.indexOf('inconclusive')).toBe(faults.indexOf('faster'));
  expect(calls).not.toContain('?');
});

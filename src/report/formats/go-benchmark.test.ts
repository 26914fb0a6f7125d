import { describe, expect, it } from 'vitest';
import { readGoBenchmarkRuns } from '../readers/go-benchmark-reader.js';
import type { ResultDocument } from '../result.js';
import { RESULTS } from '../testing/awkward-results.js';
import { parseGoFile, type GoFile } from '../testing/go-benchmark-grammar.js';
import { renderGoBenchmark } from './go-benchmark.js';

const TWO = RESULTS['two kernels']!;
const MACHINE: NonNullable<ResultDocument['plan']['machine']> = {
  name: 'e5-2680-32',
  cpus: 32,
  topology: { sockets: 2, coresPerSocket: 8, threadsPerCore: 2 },
  costs: {} as NonNullable<ResultDocument['plan']['machine']>['costs'],
};
const simulated = (rounds: number, costs: object = {}): ResultDocument => ({
  ...TWO,
  plan: { ...TWO.plan, rounds, machine: { ...MACHINE, costs: costs as typeof MACHINE.costs } },
});
const fileOf = (document: ResultDocument): GoFile => parseGoFile(renderGoBenchmark(document));

describe('Go benchmark text', () => {
  it.each(Object.keys(RESULTS))('%s: every line is of the grammar', (name) => {
    const { kernels } = RESULTS[name]!;
    const { results } = fileOf(RESULTS[name]!);
    const measured = kernels.flatMap(({ rounds }) => rounds.filter(({ seconds }) => seconds > 0));
    expect(results.length).toBe(measured.length);
  });

  it('has a line for every kernel and round, in full precision', () => {
    const { results, units } = fileOf(TWO);
    expect(results).toHaveLength(20);
    expect(results[0]).toMatchObject({
      name: 'FaultMunmap',
      keys: { kernel: 'pristine', bytes: '80G', tasks: '2', mms: '1' },
      cpus: 2,
    });
    for (const [index, { values }] of results.entries()) {
      const round = TWO.kernels[Math.floor(index / 10)]!.rounds[index % 10]!;
      expect(values['faults/s']).toBe(round.faultsPerSecond);
      expect(values['write-hold-max-ns']).toBe(round.mmapSem.writeHoldNs.max);
      expect(Object.keys(values)).toEqual(Object.keys(units));
    }
  });

  it('says of every unit which way is better', () => {
    const { units } = fileOf(TWO);
    expect(units['faults/s']).toEqual({ better: 'higher', assume: 'nothing' });
    expect(units['fault-wait-max-ns']).toEqual({ better: 'lower', assume: 'nothing' });
  });

  it('calls exact what has no noise: one simulation of one seed', () => {
    expect(fileOf(simulated(1)).units['faults/s']).toMatchObject({ assume: 'exact' });
    expect(fileOf(simulated(10)).units['faults/s']).toMatchObject({ assume: 'nothing' });
  });

  it('keeps apart by configuration what cannot be compared, and nothing else', () => {
    const configurationOf = (document: ResultDocument) =>
      fileOf(document).results[0]!.configuration;
    const { goos, goarch, cpu } = configurationOf(TWO);
    expect([goos, goarch, cpu]).toEqual(['linux', 'amd64', 'Test CPU @ 2.00GHz']);
    const otherHost = { ...simulated(10), host: { ...TWO.host, cpuModel: 'other', cpus: 8 } };
    expect(configurationOf(otherHost)).toEqual(configurationOf(simulated(10)));
    expect(configurationOf(simulated(10, { zapPageNs: 1 }))).not.toEqual(
      configurationOf(simulated(10)),
    );
    const otherModel = { ...TWO, tool: { ...TWO.tool, modelVersion: 9 } };
    expect(configurationOf(otherModel)).not.toEqual(configurationOf(TWO));
    const newerTool = { ...TWO, tool: { ...TWO.tool, version: '9.9.9' } };
    expect(configurationOf(newerTool)).toEqual(configurationOf(TWO));
  });

  it('is read back by our own reader with the same samples', () => {
    const [pristine] = readGoBenchmarkRuns(renderGoBenchmark(TWO), 'f');
    expect(pristine!.metrics[0]).toEqual({
      name: 'faultsPerSecond',
      unit: 'faults/s',
      better: 'higher',
      samples: TWO.kernels[0]!.rounds.map(({ faultsPerSecond }) => faultsPerSecond),
    });
  });
});

describe('the reference parser', () => {
  it.each([
    'BenchmarkX-2 1 2 faults/s 3\n',
    'BenchmarkX-2 1\n',
    'BenchmarkX-2 0 2 faults/s\n',
    'BenchmarkX-2 1.5 2 faults/s\n',
    'BenchmarkX-2 1 null faults/s\n',
    'BenchmarkX-2 1 NaN faults/s\n',
    'BenchmarkX y-2 1 2 faults/s\n',
    'BenchmarkX-2 1 2 a 3 a\n',
    'Unit faults/s better=more\n',
    'Unit faults/s better=higher\nUnit faults/s better=lower\n',
    'Key: value\n',
    'two words: value\n',
    'some line\n',
    'BenchmarkX-2 1 2 faults/s',
  ])('refuses %j', (text) => {
    expect(() => parseGoFile(text)).toThrow();
  });
});

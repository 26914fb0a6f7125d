/** The JSON that other tools read, by their schemas as far as they are published or can be told. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { median } from '../../stats/median.js';
import type { ResultDocument } from '../result.js';
import { RESULTS } from '../testing/awkward-results.js';
import { PATCHED, PRISTINE, syntheticResult } from '../testing/synthetic-result.js';
import { renderBencher } from './bencher.js';
import { renderBiggerIsBetter, renderSmallerIsBetter } from './benchmark-action.js';
import { FAULTS_PER_RUN, renderHyperfine } from './hyperfine.js';

const number = { type: 'number' };
const numberOrNull = { type: ['number', 'null'] };
const text = { type: 'string', minLength: 1 };

const BENCHMARK_ACTION = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      name: text,
      unit: text,
      value: number,
      range: { type: 'string', pattern: '^± \\d+(\\.\\d+)?$' },
      extra: text,
    },
    required: ['name', 'unit', 'value'],
    additionalProperties: false,
  },
};

const BENCHER = {
  type: 'object',
  minProperties: 1,
  additionalProperties: {
    type: 'object',
    propertyNames: { pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
    additionalProperties: {
      type: 'object',
      properties: { value: number, lower_value: number, upper_value: number },
      required: ['value'],
      additionalProperties: false,
    },
  },
};

const HYPERFINE = {
  type: 'object',
  properties: {
    results: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          command: text,
          mean: number,
          stddev: numberOrNull,
          median: number,
          user: numberOrNull,
          system: numberOrNull,
          min: number,
          max: number,
          times: { type: 'array', minItems: 1, items: { type: 'number', exclusiveMinimum: 0 } },
          exit_codes: { type: 'array', minItems: 1, items: { type: ['integer', 'null'] } },
          parameters: { type: 'object', additionalProperties: { type: 'string' } },
        },
        required: ['command', 'mean', 'stddev', 'median', 'user', 'system', 'min', 'max'],
        additionalProperties: false,
      },
    },
  },
  required: ['results'],
  additionalProperties: false,
};

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const NAMES = Object.keys(RESULTS);

describe.each([
  ['benchmark-action', renderBiggerIsBetter, ajv.compile(BENCHMARK_ACTION)],
  ['benchmark-action-smaller', renderSmallerIsBetter, ajv.compile(BENCHMARK_ACTION)],
  ['bmf', renderBencher, ajv.compile(BENCHER)],
  ['hyperfine', renderHyperfine, ajv.compile(HYPERFINE)],
] as const)('%s', (_, render, isValid) => {
  it.each(NAMES)('%s: one document of its schema', (name) => {
    const output = render(RESULTS[name]!);
    expect(output.endsWith('\n')).toBe(true);
    expect(isValid(JSON.parse(output)), JSON.stringify(isValid.errors)).toBe(true);
  });
});

const TWO = RESULTS['two kernels']!;
const NAMELESS = 'bytes=80G/tasks=2/mms=1/engine=threads';

interface Entry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: string;
  readonly extra: string;
}

describe('benchmark-action', () => {
  const entriesOf = (document: ResultDocument): Entry[][] =>
    [renderBiggerIsBetter, renderSmallerIsBetter].map(
      (render) => JSON.parse(render(document)) as Entry[],
    );
  const [rates, times] = entriesOf(TWO) as [Entry[], Entry[]];

  it('has the numbers of the table, rates and times in files of their own', () => {
    const [pristine] = TWO.kernels;
    expect(rates.map(({ unit }) => unit)).toEqual([
      'faults/s',
      'B/s',
      'calls/s',
      'faults/s',
      'B/s',
      'calls/s',
    ]);
    expect(times).toHaveLength(8);
    expect(new Set(times.map(({ unit }) => unit))).toEqual(new Set(['ns']));
    expect(rates[0]).toMatchObject({
      name: `fault-munmap/pristine/${NAMELESS} faultsPerSecond`,
      value: pristine!.faultsPerSecond.median,
    });
    expect(times[0]).toMatchObject({
      name: `fault-munmap/pristine/${NAMELESS} writeHoldNsMax`,
      value: pristine!.mmapSem.writeHoldNs.max,
    });
  });

  it('gives the farther end of the interval as range', () => {
    const { median: middle, ciLow, ciHigh } = TWO.kernels[0]!.faultsPerSecond;
    const width = Number(rates[0]!.range!.slice(2));
    expect(width / Math.max(middle! - ciLow!, ciHigh! - middle!)).toBeCloseTo(1, 3);
    expect(times[0]!.range).toBeUndefined();
  });

  it('names are unique, the same run after run, and another workload is another series', () => {
    const names = rates.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const larger = { ...TWO, plan: { ...TWO.plan, mmapBytes: 2 * TWO.plan.mmapBytes } };
    for (const { name } of entriesOf(larger)[0]!) expect(names).not.toContain(name);
  });

  it('carries warnings and says that a run is partial', () => {
    const entries = entriesOf(RESULTS['stopped in a round, without a munmap']!)[0]!;
    expect(entries[0]!.extra.split('\n')).toContain('partial run');
    expect(entriesOf(RESULTS['awkward names']!)[0]![0]!.extra).toContain('warning: as it is');
  });
});

describe('bmf', () => {
  it('throughput and latency are the built-in measures, in ops/s and ns', () => {
    const kernel = TWO.kernels[1]!;
    const benchmarks = JSON.parse(renderBencher(TWO)) as Record<string, Record<string, object>>;
    expect(Object.keys(benchmarks)).toEqual(
      ['pristine', 'patched'].map((name) => `fault-munmap/${name}/${NAMELESS}`),
    );
    expect(benchmarks[`fault-munmap/patched/${NAMELESS}`]).toMatchObject({
      throughput: {
        value: kernel.faultsPerSecond.median,
        lower_value: kernel.faultsPerSecond.ciLow,
        upper_value: kernel.faultsPerSecond.ciHigh,
      },
      latency: { value: kernel.mmapSem.faultWaitNs.max },
    });
  });
});

interface Timing {
  readonly mean: number;
  readonly stddev: number | null;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly times: number[];
  readonly exit_codes: (number | null)[];
}

describe('hyperfine', () => {
  const resultsOf = (document: ResultDocument): Timing[] =>
    (JSON.parse(renderHyperfine(document)) as { results: Timing[] }).results;

  it('turns rates into times, of which less is better', () => {
    const [pristine, patched] = resultsOf(TWO) as [Timing, Timing];
    const [first] = TWO.kernels[0]!.rounds;
    expect(pristine.times).toHaveLength(10);
    expect(pristine.times[0]! * first!.faultsPerSecond!).toBeCloseTo(FAULTS_PER_RUN, 3);
    expect(patched.mean).toBeLessThan(pristine.mean);
    expect(pristine.median).toBe(median(pristine.times));
    expect(pristine.mean).toBeCloseTo(pristine.times.reduce((a, b) => a + b) / 10, 12);
    const squares = pristine.times.map((time) => (time - pristine.mean) ** 2);
    expect(pristine.stddev).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b) / 9), 12);
    expect([pristine.min, pristine.max]).toEqual([
      Math.min(...pristine.times),
      Math.max(...pristine.times),
    ]);
    expect(pristine.exit_codes).toEqual(Array(10).fill(0));
  });

  it('has no deviation after one round and no exit code after a signal', () => {
    expect(resultsOf(syntheticResult({ pristine: PRISTINE }, 1))[0]!.stddev).toBeNull();
    const stopped = resultsOf(RESULTS['stopped in a round, without a munmap']!);
    expect(stopped.map(({ exit_codes }) => exit_codes)).toEqual([[null]]);
    expect(resultsOf(syntheticResult({ a: PATCHED }, 6))[0]!.stddev).toBeGreaterThan(0);
  });
});

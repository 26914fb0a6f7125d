import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { syntheticRounds } from '../stats/testing/synthetic-run.js';
import { formatResult, type ResultDocument } from './result.js';
import { PATCHED, PRISTINE, resultOf, syntheticResult } from './testing/synthetic-result.js';

const TWO = syntheticResult({ pristine: PRISTINE, patched: PATCHED });

describe('result document', () => {
  it('has its keys in a fixed order', () => {
    expect(Object.keys(TWO)).toEqual([
      'schema',
      'version',
      'tool',
      'host',
      'plan',
      'configurationHash',
      'partial',
      'kernels',
      'comparisons',
      'warnings',
    ]);
    expect(Object.keys(TWO.kernels[0]!)).toEqual([
      'name',
      'kernel',
      'faultsPerSecond',
      'munmapBytesPerSecond',
      'munmapCallsPerSecond',
      'writerCallsPerSecond',
      'perf',
      'mmapSem',
      'writerSteals',
      'peaks',
      'failedCalls',
      'munmap',
      'rounds',
    ]);
    expect(Object.keys(TWO.comparisons[0]!)).toEqual([
      'base',
      'candidate',
      'metric',
      'change',
      'ciLow',
      'ciHigh',
      'p',
      'pAdjusted',
      'pairs',
      'higher',
      'lower',
      'detectable',
      'verdict',
    ]);
  });

  it('is the same text for the same run, whatever order the engine filled objects in', () => {
    const trials = syntheticRounds([PRISTINE, PATCHED], 6);
    const shuffled = trials.map((trial) => ({
      ...trial,
      counters: { writerSteals: 0, faultsMajor: 0 },
    }));
    expect(formatResult(resultOf(shuffled))).toBe(formatResult(resultOf(trials)));
  });

  it('keeps the clock and the machine in one object', () => {
    const trials = syntheticRounds([PRISTINE, PATCHED], 6);
    const later = resultOf(trials, {}, { startedAt: '2026-01-01T00:00:00Z', elapsedSeconds: 9 });
    expect({ ...later, host: null }).toEqual({ ...resultOf(trials), host: null });
    expect(later.host).toMatchObject({ startedAt: '2026-01-01T00:00:00Z', elapsedSeconds: 9 });
  });

  it('is JSON with a final newline that loses no digit', () => {
    const text = formatResult(TWO);
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toEqual(TWO);
  });
});

describe('schema', () => {
  const validate = compileSchema();

  it.each<readonly [string, ResultDocument]>([
    ['complete', TWO],
    ['one kernel', syntheticResult({ pristine: PRISTINE })],
    ['three kernels', syntheticResult({ pristine: PRISTINE, patched: PATCHED, other: PATCHED }, 3)],
    [
      'repeated kernels',
      resultOf(syntheticRounds([PRISTINE, PRISTINE], 6), { kernels: ['a', 'a'] }),
    ],
    ['partial', resultOf(syntheticRounds([PRISTINE, PATCHED], 2), {}, { partial: true })],
    [
      'cut short at once',
      resultOf([{ round: 0, kernelIndex: 0, complete: false, seconds: 0 }], {}, { partial: true }),
    ],
    [
      'without a munmap',
      resultOf(
        syntheticRounds([PRISTINE, PATCHED], 6).map((trial) => ({ ...trial, writeHoldsNs: [] })),
      ),
    ],
  ])('accepts a run that is %s', (_, document) => {
    const valid = validate(JSON.parse(formatResult(document)));
    expect(validate.errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('refuses a document in which any field is missing', () => {
    const paths = objectKeyPaths(TWO);
    expect(paths.length).toBeGreaterThan(100);
    for (const path of paths) {
      const document = structuredClone(TWO) as unknown;
      const owner = path.slice(0, -1).reduce(member, document) as Record<string, unknown>;
      Reflect.deleteProperty(owner, path.at(-1)!);
      expect([path.join('.'), validate(document)]).toEqual([path.join('.'), false]);
    }
  });

  it('refuses fields that it does not know', () => {
    expect(validate({ ...TWO, extra: 1 })).toBe(false);
    expect(validate({ ...TWO, host: { ...TWO.host, extra: 1 } })).toBe(false);
  });

  it('refuses numbers that are none, before and after they become null', () => {
    const broken = structuredClone(TWO) as unknown;
    const round = ['kernels', '0', 'rounds', '0'].reduce(member, broken) as { seconds: number };
    round.seconds = Number.NaN;
    expect(validate(broken)).toBe(false);
    expect(validate(JSON.parse(JSON.stringify(broken)))).toBe(false);
  });

  it('refuses other schemas, versions and verdicts', () => {
    expect(validate({ ...TWO, schema: 'other' })).toBe(false);
    expect(validate({ ...TWO, version: 2 })).toBe(false);
    const [first, ...rest] = TWO.comparisons;
    expect(validate({ ...TWO, comparisons: [{ ...first, verdict: 'maybe' }, ...rest] })).toBe(
      false,
    );
  });
});

function compileSchema(): ValidateFunction {
  const path = new URL('../../results/result.schema.json', import.meta.url);
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(path, 'utf8')) as object);
}

function member(owner: unknown, key: string): unknown {
  return (owner as Record<string, unknown>)[key];
}

/** Paths of all object keys; of each array the first element stands for the others. */
function objectKeyPaths(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? ['0'].slice(0, value.length) : Object.keys(value);
  return keys.flatMap((key) => {
    const below = objectKeyPaths(member(value, key)).map((path) => [key, ...path]);
    return Array.isArray(value) ? below : [[key], ...below];
  });
}

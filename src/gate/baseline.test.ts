import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelOf, parseProfile } from '../plan/machine-model.js';
import type { Plan } from '../plan/plan.js';
import { formatResult, type ResultDocument } from '../report/result.js';
import { PATCHED, PRISTINE, resultOf } from '../report/testing/synthetic-result.js';
import { syntheticRounds } from '../stats/testing/synthetic-run.js';
import { packageFile } from '../util/package-file.js';
import { BaselineRefused, readBaseline } from './baseline.js';
import { isSameSimulation } from './changed-settings.js';

const MACHINE = modelOf(
  parseProfile(readFileSync(packageFile('workloads/machines/e5-2680-32.json'), 'utf8')),
);
const SIMULATED = { engine: 'virtual', machine: MACHINE } as const;
const UNTIL = { until: { halfWidth: 0.01, secondsMax: null } };

/** Of a plan of three rounds. */
function measured(rounds: number, overrides: Partial<Plan> = {}): ResultDocument {
  return resultOf(syntheticRounds([PRISTINE, PATCHED], rounds), { rounds: 3, ...overrides });
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-baseline-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(text: string): ResultDocument | undefined {
  const file = path.join(folder, 'b.json');
  writeFileSync(file, text);
  return readBaseline(file)?.document;
}

const readDocument = (document: ResultDocument): ResultDocument | undefined =>
  read(formatResult(document));

describe('a baseline', () => {
  it.each([
    ['of threads', measured(3)],
    ['of threads, until something was known', measured(6, UNTIL)],
    ['of threads, of several batches', measured(6)],
    ['of a simulation', measured(3, SIMULATED)],
  ])('%s is read', (_, document) => {
    expect(readDocument(document)).toEqual(JSON.parse(formatResult(document)));
  });

  it('is read with the mark that some editors put before a text', () => {
    expect(read(`\uFEFF${formatResult(measured(3))}`)).toEqual(measured(3));
  });

  it('that is not there is none', () => {
    expect(readBaseline(path.join(folder, 'none.json'))).toBeUndefined();
  });

  const failing = syntheticRounds([PRISTINE, PATCHED], 3).map((trial) => ({
    ...trial,
    counters: { failedCalls: 1 },
  }));
  const idle = syntheticRounds([PRISTINE, { ...PATCHED, faults: 0 }], 3).map((trial) => ({
    ...trial,
    ...(trial.kernelIndex === 1 ? { readWaitsNs: [] } : {}),
  }));

  it.each([
    ['took no page faults', resultOf(idle, { rounds: 3 }), 'patched took no page faults'],
    ['had failed calls', resultOf(failing, { rounds: 3 }), '3 calls of pristine failed: '],
    [
      'simulated until something was known',
      measured(6, { ...SIMULATED, ...UNTIL }),
      'it was made with --until: make one with a fixed number of --seeds',
    ],
    [
      'simulated several batches',
      measured(6, SIMULATED),
      'it has 6 seeds, its plan 3: make one with a fixed number of --seeds',
    ],
  ])('that %s is refused', (_, document, message) => {
    expect(() => readDocument(document)).toThrow(BaselineRefused);
    expect(() => readDocument(document)).toThrow(`b.json' cannot be a baseline: ${message}`);
  });
});

describe('two runs are the same simulations', () => {
  it('by the seeds that were simulated, not by how their number came about', () => {
    const fixed = measured(6, { ...SIMULATED, rounds: 6, timeoutSeconds: 40 });
    const until = measured(6, { ...SIMULATED, ...UNTIL, timeoutSeconds: 20 });
    expect(isSameSimulation(fixed, until)).toBe(true);
    expect(isSameSimulation(measured(3, SIMULATED), measured(6, { ...SIMULATED, ...UNTIL }))).toBe(
      false,
    );
  });
});

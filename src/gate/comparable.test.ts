import { describe, expect, it } from 'vitest';
import {
  HOST,
  PATCHED,
  PRISTINE,
  syntheticResult,
  TOOL,
} from '../report/testing/synthetic-result.js';
import type { MachineModel } from '../plan/machine-model.js';
import { configurationHash, hostFingerprint } from '../report/configuration.js';
import { syntheticPlan } from '../stats/testing/synthetic-run.js';
import { incomparabilities, otherHost } from './comparable.js';

const BASELINE = syntheticResult({ pristine: PRISTINE, patched: PATCHED });
const SAME = { plan: BASELINE.plan, tool: TOOL, host: HOST };
const MACHINE = { name: 'm', cpus: 2, costs: { zapPageNs: 214 } } as unknown as MachineModel;

describe('a run and a baseline', () => {
  it('of the same plan compare, however many rounds they have', () => {
    expect(incomparabilities(SAME, BASELINE)).toEqual([]);
    const longer = { ...SAME, plan: syntheticPlan({ rounds: 20, timeoutSeconds: 40, seed: 7 }) };
    expect(incomparabilities(longer, BASELINE)).toEqual([]);
    expect(configurationHash(longer.plan)).toBe(BASELINE.configurationHash);
  });

  it('of another configuration do not, and the difference has a name', () => {
    const other = syntheticPlan({ tasks: 4, rwsem: 'phase-fair-5.3', timeoutSeconds: 10 });
    expect(incomparabilities({ ...SAME, plan: other }, BASELINE)).toEqual([
      "another configuration than the baseline's: tasks 4 instead of 2, " +
        'rwsem phase-fair-5.3 instead of fifo-4.17, windowSeconds 1 instead of 2',
    ]);
    expect(configurationHash(other)).not.toBe(BASELINE.configurationHash);
  });

  it('of other memory do not, and what a plan leaves out has a name, too', () => {
    const other = syntheticPlan({ backing: 'disk', linux: '4.17' });
    const why = (now: string, before: string): string[] => [
      `another configuration than the baseline's: ${now} instead of ${before}`,
    ];
    expect(incomparabilities({ ...SAME, plan: other }, BASELINE)).toEqual(
      why('backing disk instead of anonymous, linux 4.17', '6.18'),
    );
    expect(incomparabilities(SAME, { ...BASELINE, plan: other })).toEqual(
      why('backing anonymous instead of disk, linux 6.18', '4.17'),
    );
    expect(configurationHash(other)).not.toBe(BASELINE.configurationHash);
  });

  it('of another model do not', () => {
    const tool = { ...TOOL, modelVersion: 2 };
    expect(incomparabilities({ ...SAME, tool }, BASELINE)[0]).toMatch(/^model version 2, .* 1: /);
  });

  it('of a simulated machine differ by a nanosecond of one cost, a seed, or their number', () => {
    const of = (changes: object): string[] => {
      const plan = syntheticPlan({ engine: 'virtual', machine: MACHINE });
      const baseline = { ...BASELINE, plan };
      return incomparabilities({ ...SAME, plan: { ...plan, ...changes } }, baseline);
    };
    const dearer = { ...MACHINE, costs: { zapPageNs: 215 } };
    expect(of({ machine: dearer })[0]).toContain('machine.costs.zapPageNs 215 instead of 214');
    expect(of({ seed: 2 })[0]).toContain('seed 2 instead of 42');
    expect(of({ rounds: 5, timeoutSeconds: 10 })[0]).toContain('rounds 5 instead of 10');
    expect(of({})).toEqual([]);
  });

  it('of another machine are told apart by what differs', () => {
    const host = { ...HOST, cpus: 64, node: 'v24.1.0' };
    expect(otherHost({ ...SAME, host }, BASELINE)).toBe(
      'cpus 64 instead of 2, node v24.1 instead of v20.20',
    );
    expect(otherHost(SAME, BASELINE)).toBeUndefined();
    // Firmware takes a little, a patch release changes no compiler.
    const alike = { ...HOST, memoryBytes: HOST.memoryBytes - 1_000_000, node: 'v20.20.9' };
    expect(hostFingerprint(alike)).toBe(hostFingerprint(HOST));
    const plan = syntheticPlan({ engine: 'virtual', machine: MACHINE });
    expect(otherHost({ ...SAME, plan, host }, BASELINE)).toBeUndefined();
  });
});

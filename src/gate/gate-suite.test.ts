import { describe, expect, it } from 'vitest';
import { casesOf, validJunit } from '../report/testing/junit-structure.js';
import { renderGateJunit } from './gate-suite.js';
import { GATES, withAction } from './testing/synthetic-gate.js';

const NAMES = Object.keys(GATES);
const casesFor = (name: string): ReturnType<typeof casesOf> =>
  casesOf(validJunit(renderGateJunit(GATES[name]!)));
const elementsOf = (name: string): string[] =>
  casesFor(name).map(({ children }) => children[0]!.name);

describe('JUnit of a gate', () => {
  it.each(NAMES)('%s: valid, and every check is a case of a name of its own', (name) => {
    const names = casesFor(name).map(({ attributes }) => attributes['name']!);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(Math.max(1, GATES[name]!.checks.length));
  });

  it.each(NAMES)('%s: something fails if and only if the gate does, whatever it does', (name) => {
    for (const action of ['fail', 'warn', 'pass'] as const) {
      const root = validJunit(renderGateJunit(withAction(GATES[name]!, action)));
      const { failures, errors } = root.attributes;
      expect(Number(failures) + Number(errors) > 0).toBe(action === 'fail');
    }
  });

  it('verdicts are the elements that they are elsewhere', () => {
    expect(elementsOf('regression')).toEqual(['system-out', 'failure', 'skipped', 'system-out']);
    expect(elementsOf('advisory regression')).toEqual([
      'system-out',
      'skipped',
      'skipped',
      'system-out',
    ]);
    expect(elementsOf('not the same simulation')).toEqual(['system-out', 'error']);
    expect(elementsOf('inconclusive, let pass')).toEqual(['skipped']);
  });

  it('a failure has its kind, what is wrong, and the numbers in full', () => {
    const [, failed] = casesFor('regression');
    expect(failed!.attributes).toMatchObject({
      classname: 'fault-munmap.80G.patched',
      name: 'patched.munmapBytesPerSecond >= baseline - 5%',
    });
    const [failure] = failed!.children;
    expect(failure!.attributes['type']).toBe('PerformanceRegression');
    expect(failure!.attributes['message']).toMatch(/^regression: -6\.2 %/);
    expect(failure!.text).toContain('baseline 5318008012, patched 4988291515, change -0.062');
  });

  it('a gate that fails for what no check shows has a case of its own', () => {
    const types = (name: string): (string | undefined)[] =>
      casesFor(name).map(({ children }) => children[0]!.attributes['type']);
    expect(types('no baseline')).toEqual(['NoBaseline']);
    expect(types('inconclusive').at(-1)).toBe('Inconclusive');
    // What cannot be trusted is no regression either.
    expect(types('untrustworthy')).toEqual([undefined, undefined, 'Untrustworthy']);
  });
});

import { assert, jsonValue, property } from 'fast-check';
import { expect, it } from 'vitest';
import { differences, type Json } from './json-difference.js';

it('names what changed, went and came, down to the last key', () => {
  const before = {
    engine: 'virtual',
    machine: { cpus: 4, costs: { ipiNs: 1, zapPageNs: 2 } },
    a: 1,
  };
  const after = {
    engine: 'virtual',
    machine: { cpus: 8, costs: { ipiNs: 1, zapPageNs: 3 } },
    b: 1,
  };
  expect(differences(before, after)).toEqual([
    { path: 'machine.cpus', before: 4, after: 8 },
    { path: 'machine.costs.zapPageNs', before: 2, after: 3 },
    { path: 'a', before: 1, after: undefined },
    { path: 'b', before: undefined, after: 1 },
  ]);
});

it('takes lists as a whole, and objects for other than their absence', () => {
  expect(differences({ kernels: ['a', 'b'] }, { kernels: ['a', 'c'] })).toEqual([
    { path: 'kernels', before: ['a', 'b'], after: ['a', 'c'] },
  ]);
  expect(differences({ machine: { cpus: 1 } }, {})).toEqual([
    { path: 'machine', before: { cpus: 1 }, after: undefined },
  ]);
});

it('finds none between a value and its copy', () => {
  assert(
    property(jsonValue(), (value) => {
      const copy = JSON.parse(JSON.stringify(value)) as Json;
      expect(differences(value as Json, copy)).toEqual([]);
    }),
  );
});

import { expect, it } from 'vitest';
import { syntheticRounds } from '../stats/testing/synthetic-run.js';
import { fileCountLines } from './file-counts.js';
import { PATCHED, PRISTINE, resultOf } from './testing/synthetic-result.js';

const plain = (text: string): string => text;
const rounds = syntheticRounds([PRISTINE, PATCHED], 4);

it('counts what files cost each kernel, over its complete rounds', () => {
  const trials = rounds.map((trial) => ({
    ...trial,
    complete: trial.round < 3,
    counters: { faultsMajor: 500, dirtyFlushes: trial.kernelIndex === 0 ? 700 : 0 },
  }));
  expect(fileCountLines(resultOf(trials, { backing: 'disk' }).kernels, plain)).toEqual([
    'files, in all rounds  pristine  patched',
    'major faults              1500     1500',
    'dirty TLB flushes         2100        0',
  ]);
});

it('says nothing of runs without files, whose documents have no such counter', () => {
  const document = resultOf(rounds);
  expect(fileCountLines(document.kernels, plain)).toEqual([]);
  expect(JSON.stringify(document)).not.toContain('dirtyFlushes');
});

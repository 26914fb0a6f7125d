import { expect, test } from 'vitest';
import type { Plan } from '../../plan/plan.js';
import { planNotes } from './notes.js';

const PLAN: Plan = {
  engine: 'threads',
  stressor: 'fault-munmap',
  kernels: ['pristine', 'patched'],
  tasks: 2,
  writers: 0,
  writerGapNs: 1_000_000,
  mms: 1,
  mmapBytes: 2 ** 32,
  bytesPerTask: 2 ** 31,
  thresholdBytes: 2 ** 30,
  maxMapCount: 65530,
  rwsem: 'fifo-4.17',
  rwsemSpin: true,
  rounds: 10,
  timeoutSeconds: 20,
  seed: 1,
};

test('planNotes has nothing to say about large mappings and a core for each task', () => {
  expect(planNotes(PLAN, 2)).toEqual([]);
});

test('planNotes says that a kernel with a threshold does nothing below it, once', () => {
  const kernels = ['pristine', 'patched', 'patched'];
  const notes = planNotes({ ...PLAN, kernels, bytesPerTask: 2 ** 29 }, 2);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toMatch(/^patched: no munmap reaches the threshold/);
});

test('planNotes keeps quiet about the threshold when no kernel has one', () => {
  expect(planNotes({ ...PLAN, kernels: ['pristine'], bytesPerTask: 4096 }, 2)).toEqual([]);
});

test('planNotes says that tasks outnumber the CPUs', () => {
  expect(planNotes({ ...PLAN, tasks: 64 }, 2)).toEqual([
    expect.stringMatching(/^64 tasks share 2 CPUs/),
  ]);
});

test('planNotes counts writers among what needs a CPU', () => {
  expect(planNotes({ ...PLAN, writers: 1 }, 3)).toEqual([]);
  expect(planNotes({ ...PLAN, writers: 1 }, 2)).toEqual([
    expect.stringMatching(/^2 tasks and 1 writer share 2 CPUs/),
  ]);
});

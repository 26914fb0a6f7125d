import type { Exploration, InterleavingStep } from '../../samples/exploration.js';
import { buildExploration, type ExplorationDocument } from '../exploration.js';

const SEARCH: Exploration = {
  scenario: 'exclusion',
  title: 'two writers and two readers',
  policy: 'fifo-4.17',
  spin: true,
  strategy: 'exhaustive',
  schedules: 1234,
  steps: 56_789,
  states: 999,
  isComplete: true,
  boundDone: 3,
  seconds: 1.25,
};

/** A search that went through everything and found nothing. */
export const QUIET_SEARCH: Exploration = { ...SEARCH, bound: 3 };

/** One that went by chance and found nothing either. */
export const CHANCE_SEARCH: Exploration = {
  ...SEARCH,
  strategy: 'random',
  states: 0,
  isComplete: false,
  boundDone: -1,
};

const ENTER: InterleavingStep = {
  letter: 'a',
  task: 'writer',
  action: 'enter as writer',
  answer: '',
  count: '0xffff0001',
  countMeaning: '1 active, 1 x waiting bias',
  owner: 'a',
  waiters: '',
  sleeps: false,
};

/** One that found a short way into a deadlock. */
export const DEADLOCK_SEARCH: Exploration = {
  ...QUIET_SEARCH,
  isComplete: false,
  boundDone: 0,
  counterexample: {
    kind: 'deadlock',
    message: 'nobody can run: writer is done, reader sleeps',
    replay: 'exclusion/fifo-4.17/a2c2a',
    interruptionsFound: 5,
    interruptions: 3,
    steps: [
      ENTER,
      { ...ENTER, action: 'write' },
      { ...ENTER, letter: 'c', task: 'reader', action: 'lock the wait list', waiters: 'c' },
      {
        ...{ ...ENTER, letter: 'c', task: 'reader', action: 'am I granted?' },
        ...{ waiters: 'c', answer: 'time has passed', sleeps: true },
      },
      {
        ...{ ...ENTER, action: 'leave as writer', owner: '' },
        ...{ count: '0x00000000', countMeaning: 'free', waiters: 'c' },
      },
    ],
  },
};

export function syntheticDocument(
  explorations: readonly Exploration[],
  { partial = false, seed = 7 }: { readonly partial?: boolean; readonly seed?: number } = {},
): ExplorationDocument {
  return buildExploration({
    tool: { name: 'mmsem-bench', version: '1.2.3', modelVersion: 4 },
    host: {
      cpuModel: 'Model',
      cpus: 2,
      memoryBytes: 2 ** 33,
      platform: 'linux',
      arch: 'x64',
      node: 'v20.0.0',
    },
    seed,
    partial,
    explorations,
  });
}

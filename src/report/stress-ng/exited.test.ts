import { expect, it } from 'vitest';
import { exitedMessages } from './exited.js';
import { entryOf, instanceOf, runOf } from './testing/synthetic-stress-run.js';

it('names every instance, its process and what it came to', () => {
  const faults = { total: 7, minor: 7, major: 0, kernelMinor: 0, kernelMajor: 0 };
  const run = runOf([
    entryOf('mmap', [instanceOf({ bogoOps: 2, realNs: 3.02e9, rssPagesMax: 3, faults })]),
    entryOf('page_fault1', [instanceOf({ bogoOps: 1 }), instanceOf({ instance: 1 })]),
  ]);
  expect(exitedMessages(run)).toEqual(
    [
      'mmap: exited [124] (instance 0): 2 bogo ops in 3.02 secs, 7 page faults, RSS 12 KB',
      'page-fault1: exited [125] (instance 0): 1 bogo op in 0.00 secs, 0 page faults, RSS 0 KB',
      'page-fault1: exited [126] (instance 1): 0 bogo ops in 0.00 secs, 0 page faults, RSS 0 KB',
    ].map((text) => ({ type: 'debug', text })),
  );
});

import { expect, it } from 'vitest';
import { syntheticPlan } from '../stats/testing/synthetic-run.js';
import type { Costs } from '../plan/machine-model.js';
import { headline } from './headline.js';
import { PATCHED, PRISTINE, syntheticResult } from './testing/synthetic-result.js';

it('names engine, tasks, address spaces, sizes, threshold and rounds', () => {
  expect(headline(syntheticPlan())).toBe(
    'threads engine, 2 tasks in 1 address space, 80 GiB (40 GiB per task), threshold 1 GiB, ' +
      '10 rounds x 2.0 s per kernel',
  );
});

it('speaks of one where there is one', () => {
  const plan = syntheticPlan({
    tasks: 1,
    mms: 2,
    mmapBytes: 4096,
    bytesPerTask: 4096,
    thresholdBytes: 1.5 * 2 ** 20,
    rounds: 1,
    timeoutSeconds: 0.5,
  });
  expect(headline(plan)).toBe(
    'threads engine, 1 task in 2 address spaces, 4 KiB (4 KiB per task), threshold 1.50 MiB, ' +
      '1 round x 500 ms per kernel',
  );
});

it('names the rwsem where it is not that of 4.17', () => {
  const words = (rwsem: string, rwsemSpin: boolean): string =>
    headline(syntheticPlan({ rwsem, rwsemSpin }));
  expect(words('phase-fair-5.3', true)).toContain('threshold 1 GiB, rwsem phase-fair-5.3, 10 ');
  expect(words('no-steal', false)).toContain(', rwsem no-steal without spinning, ');
  expect(words('fifo-4.17', false)).toContain(', rwsem fifo-4.17 without spinning, ');
});

it('says that files are mapped, and what else of memory is not as usual', () => {
  expect(headline(syntheticPlan({ backing: 'disk' }))).toContain(
    ', 80 GiB (40 GiB per task) of files on disk, threshold 1 GiB, 10 ',
  );
  expect(headline(syntheticPlan({ backing: 'tmpfs' }))).toContain(' of files on tmpfs, ');
  expect(headline(syntheticPlan({ thp: 'always', linux: '4.17' }))).toContain(
    'threshold 1 GiB, huge pages always, memory as in Linux 4.17, 10 ',
  );
});

it('speaks of writers where there are any', () => {
  const words = (writers: number, writerGapNs: number): string =>
    headline(syntheticPlan({ writers, writerGapNs }));
  expect(words(4, 1_000_000)).toContain('1 address space with 4 writers every 1 ms, 80 GiB');
  expect(words(1, 1_500_000)).toContain(' with 1 writer every 1500 us, ');
  expect(words(2, 0)).toContain(' with 2 writers without a pause, ');
  expect(words(0, 5)).toBe(headline(syntheticPlan()));
});

it('names the machine that is simulated, and counts seeds where rounds are nothing but seeds', () => {
  const topology = { sockets: 2, coresPerSocket: 8, threadsPerCore: 2 };
  const machine = { name: 'e5-2680-32', cpus: 32, topology, costs: {} as Costs };
  expect(headline(syntheticPlan({ engine: 'virtual', machine, rounds: 20 }))).toMatch(
    /^virtual engine, e5-2680-32 with 32 CPUs, 2 tasks .*, 20 seeds x 1\.0 s per kernel$/,
  );
});

it('names the costs that were changed', () => {
  const topology = { sockets: 2, coresPerSocket: 8, threadsPerCore: 2 };
  const changed = ['zapPageNs=214', 'lineTransferNs=70'];
  const machine = { name: 'e5-2680-32', cpus: 32, topology, costs: {} as Costs, changed };
  expect(headline(syntheticPlan({ engine: 'virtual', machine }))).toContain(
    ', e5-2680-32 with 32 CPUs and zapPageNs=214 and lineTransferNs=70, ',
  );
});

it('says how many rounds it took where there were more than planned, and until when', () => {
  const until = { halfWidth: 0.025, secondsMax: 60 };
  const plan = syntheticPlan({ until });
  expect(headline(plan)).toMatch(/, 10 rounds x 2\.0 s per kernel, until known to within 2\.5 %$/);
  const { kernels } = syntheticResult({ pristine: PRISTINE, patched: PATCHED }, 30);
  expect(headline(plan, kernels)).toContain(', 30 rounds x 2.0 s per kernel, until');
  expect(headline(syntheticPlan(), kernels)).toMatch(/, 30 rounds x 2\.0 s per kernel$/);
});

/**
 * Tasks that unmap what others use, in hundreds of interleavings at every visible step: no page is
 * lost, and every access sees what was stored there last, or is denied because it was unmapped.
 */
import { expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { STAT } from './layout.js';
import { mainline } from './munmap/mainline.js';
import { patched } from './munmap/patched.js';
import { pristine } from './munmap/pristine.js';
import type { How } from './testing/lone-task.js';
import { leftAfterExit, unsound } from './testing/memory-view.js';
import { PageHistory, type Unmapping } from './testing/page-history.js';
import { observe, raceTask, type Race } from './testing/race-tasks.js';
import { byPriority, uniform } from './testing/schedule.js';
import { interleave, testMachine, type TestMachine } from './testing/test-machine.js';

const SEEDS = 400;
const ROUNDS = 15;

interface Outcome {
  readonly machine: TestMachine;
  /** One per address space. */
  readonly races: readonly Race[];
}

function run(seed: number, how: How, unmapping: Unmapping): Outcome {
  const prng = new Prng(seed, 7);
  const tasks = 3 + prng.below(6);
  // Address spaces have nothing in common but the pools: what one frees, the other gets.
  const mms = 1 + (prng.below(4) === 0 ? 1 : 0);
  const machine = testMachine({ tasks, mms, frames: 256 * tasks, tables: 60, vmas: 300 });
  const { km, cpus } = machine;
  const races = machine.mms.map((mm) => ({
    km,
    mm,
    how,
    history: new PageHistory(unmapping),
    known: [],
  }));
  const ops = cpus.map((cpu) =>
    raceTask(races[cpu.task % mms]!, cpu, new Prng(seed, 8, cpu.task), ROUNDS),
  );
  const stallOneIn = [20, 60, 200][prng.below(3)]!;
  const schedule = seed % 3 === 0 ? uniform(prng) : byPriority(prng, tasks, stallOneIn);
  interleave(cpus, ops, prng, schedule);
  for (const race of races) observe(race);
  return { machine, races };
}

const kernels: { how: How; unmapping: Unmapping }[] = [
  { how: { strategy: pristine, thresholdPages: 1 }, unmapping: 'at once' },
  { how: { strategy: patched, thresholdPages: 1 }, unmapping: 'gradually' },
  { how: { strategy: patched, thresholdPages: 4 }, unmapping: 'gradually' },
  { how: { strategy: mainline, thresholdPages: 1 }, unmapping: 'gradually' },
];

it.each(kernels)(
  '$how.strategy.name, large from $how.thresholdPages pages on: old content or denied',
  ({ how, unmapping }) => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const context = `${how.strategy.name} ${how.thresholdPages}, seed ${seed}`;
      const { machine, races } = run(seed, how, unmapping);
      for (const { history } of races) expect(history.unexplained(), context).toEqual([]);
      expect(unsound(machine), context).toEqual([]);
      const starved = machine.cpus.map((cpu) => machine.km.stats[cpu.stat + STAT.outOfMemory]);
      expect(Math.max(...starved.map(Number)), context).toBe(0);
      expect(leftAfterExit(machine), context).toEqual([]);
    }
  },
);

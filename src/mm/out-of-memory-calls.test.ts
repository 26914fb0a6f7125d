/**
 * Every allocation of a scenario of calls and faults (`testing/call-scenario.ts`) fails: all from the
 * Nth on, of one kind, until a ballast is dropped; or the Nth alone. Whatever the call says, the
 * invariants hold, and the call works when it is made again with memory at hand.
 */
import { describe, expect, it } from 'vitest';
import { checkTornDown } from './check.js';
import type { Geometry } from './kernel-memory.js';
import { rulesOf } from './kernel-rules.js';
import { mainline } from './munmap/mainline.js';
import { patched } from './munmap/patched.js';
import { pristine } from './munmap/pristine.js';
import { callScenario, type Step } from './testing/call-scenario.js';
import { CallTask } from './testing/call-task.js';
import { READ_WRITE } from './testing/lone-task.js';
import { leftAfterExit, unsound } from './testing/memory-view.js';
import { ShortCpu, shortMachine } from './testing/short-memory.js';
import { testMachine, type TestMachine } from './testing/test-machine.js';
import { MAP } from './uapi.js';

const BALLAST = 2 ** 30;
/** Of each kind but files: more than the scenario needs. */
const BALLAST_SIZE = 120;
const ROOM: Partial<Geometry> = { tasks: 1, frames: 400, tables: 256, vmas: 256, files: 16 };

interface Kind {
  readonly name: string;
  /** A machine on which, with the ballast mapped, `left` allocations of the kind succeed. */
  readonly geometry: (left: number) => Partial<Geometry>;
  readonly mapBallast: (task: CallTask) => void;
  /** At how many places it must have failed at least. */
  readonly places: number;
}

const KINDS: readonly Kind[] = [
  {
    name: 'frame',
    geometry: (left) => ({ frames: BALLAST_SIZE + left }),
    mapBallast: (task) => {
      task.mapAt(BALLAST, BALLAST_SIZE, MAP.fixed);
      expect(task.fill(BALLAST, BALLAST_SIZE, 1)).toBe(0);
    },
    places: 60,
  },
  {
    name: 'table',
    // Root, two upper tables and those of the ballast.
    geometry: (left) => ({ tables: 1 + 2 + BALLAST_SIZE + left }),
    mapBallast: (task) => {
      task.mapAt(BALLAST, BALLAST_SIZE * 512, MAP.fixed);
      for (let i = 0; i < BALLAST_SIZE; i++) {
        expect(task.store(BALLAST + i * 512, 1)).toBe(true);
      }
    },
    places: 20,
  },
  {
    name: 'VMA',
    geometry: (left) => ({ vmas: BALLAST_SIZE + left }),
    mapBallast: (task) => {
      for (let i = 0; i < BALLAST_SIZE; i++) task.mapAt(BALLAST + 2 * i, 1, MAP.fixed);
    },
    places: 10,
  },
  {
    name: 'file',
    geometry: (left) => ({ files: 4 + left }),
    mapBallast: (task) => {
      const flags = MAP.fixed | MAP.shared | MAP.anonymous;
      for (let page = BALLAST; page < BALLAST + 4; page++) {
        task.mmap({ address: page * 4096, bytes: 4096, prot: READ_WRITE, flags });
      }
    },
    places: 2,
  },
];

/** Makes each step, once more after `makeRoom` if it fails; how many failed. */
function makeSteps(
  machine: TestMachine,
  steps: readonly Step[],
  makeRoom: () => void,
  stepIsOver: () => void,
): number {
  let failures = 0;
  for (const { name, run } of steps) {
    let worked = run();
    stepIsOver();
    if (!worked) {
      expect(failures, `${name}: fails with room enough`).toBe(0);
      expect(unsound(machine), `after ${name} has failed`).toEqual([]);
      failures += 1;
      makeRoom();
      worked = run();
      stepIsOver();
      expect(worked, `${name}, made again`).toBe(true);
    }
  }
  expect(unsound(machine)).toEqual([]);
  expect(leftAfterExit(machine)).toEqual([]);
  expect(checkTornDown(machine.km)).toEqual([]);
  return failures;
}

describe.each([
  { linux: '6.18', strategy: mainline },
  { linux: '4.17', strategy: pristine },
  { linux: '4.17', strategy: patched },
])('Linux $linux, $strategy.name', ({ linux, strategy }) => {
  const how = { strategy, thresholdPages: 1 };
  // 4.17 has no MREMAP_DONTUNMAP, no MADV_POPULATE_*: what it cannot do it need not.
  const rules = { ...rulesOf(linux), mremapFlags: 7, adviceMax: 25 };

  it.each(KINDS)('every $name from the Nth on is missing', (kind) => {
    let lacking = 0;
    for (; ; lacking++) {
      const machine = testMachine({ ...ROOM, ...kind.geometry(lacking) });
      const task = new CallTask(machine, how);
      task.cpu.rules = rules;
      kind.mapBallast(task);
      const makeRoom = (): void => {
        expect(task.unmap(BALLAST, BALLAST_SIZE * 512)).toBe(0);
      };
      const failures = makeSteps(machine, callScenario(task), makeRoom, () => undefined);
      if (failures === 0) break;
      expect(lacking).toBeLessThan(300);
    }
    expect(lacking).toBeGreaterThan(kind.places);
  });

  it('each allocation is missing alone', () => {
    const runWith = (failAt: number): { readonly cpu: ShortCpu; readonly failures: number } => {
      const machine = shortMachine(ROOM, failAt);
      const task = new CallTask(machine, how);
      const { cpu } = machine;
      cpu.rules = rules;
      const noRoom = (): void => undefined;
      const failures = makeSteps(machine, callScenario(task), noRoom, () => {
        cpu.endStep();
      });
      return { cpu, failures };
    };
    const whole = runWith(0);
    expect(whole.failures).toBe(0);
    let failed = 0;
    for (const step of whole.cpu.allocating) failed += runWith(step).failures;
    expect(whole.cpu.allocating.length).toBeGreaterThan(150);
    // What the kernel does of its own accord may fail without a word.
    expect(failed).toBeGreaterThan(whole.cpu.allocating.length * 0.9);
  });
});

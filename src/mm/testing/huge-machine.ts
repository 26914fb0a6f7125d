/** A machine whose memory comes 2 MiB at a time, and what tests of that ask of it. */
import { expect } from 'vitest';
import { hugeEntry } from '../huge-entry.js';
import { countHuge } from '../huge-page.js';
import type { Geometry } from '../kernel-memory.js';
import { DEFAULT_RULES, type ThpMode } from '../kernel-rules.js';
import { pristine } from '../munmap/pristine.js';
import type { Op } from '../op.js';
import { LoneTask, type How } from './lone-task.js';
import { leftAfterExit, unsound } from './memory-view.js';
import { runAlone, testMachine, type TestMachine } from './test-machine.js';

/** Where a huge page may begin. */
export const HERE = 2 ** 25;
const PRISTINE = { strategy: pristine, thresholdPages: 1 };

/** Three tasks of one address space, and figures of it. */
export function startHuge(
  geometry: Partial<Geometry> = {},
  thp: ThpMode = 'always',
  how: How = PRISTINE,
) {
  const machine = testMachine({ tasks: 3, frames: 16 * 512, tables: 64, ...geometry });
  for (const cpu of machine.cpus) cpu.rules = { ...DEFAULT_RULES, thp };
  const { km, mm } = machine;
  const [task, other] = [0, 1].map((id) => new LoneTask(machine, how, id));
  const entry = (page = HERE): number => hugeEntry(km, mm.root, page);
  const call = (op: Op<number>): number => runAlone(op);
  const faults = (of = task!): number => of.stat('faultsTotal');
  const huge = (): number => countHuge(km, mm, HERE - 512, HERE + 4096);
  return { machine, km, mm, task: task!, other: other!, entry, call, faults, huge };
}

/** All invariants hold, now and when nothing is left. */
export function isSound(machine: TestMachine): void {
  expect(unsound(machine)).toEqual([]);
  expect(leftAfterExit(machine)).toEqual([]);
}

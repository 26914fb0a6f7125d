/** Which tasks the entries of a plan come to, and which address space each of them lives in. */
import type { Plan } from '../plan/plan.js';
import type { StressEntry, StressPlan, StressSetting } from '../plan/stress.js';
import { assert } from '../util/assert.js';
import { mayShareMm, type Hog, type HogSetting } from './hog.js';
import { HOGS, hogByName } from './stressors/hogs.js';

/** Who a task is. All counted from 0. */
export interface HogPlace {
  readonly entry: number;
  readonly instance: number;
  readonly process: number;
  readonly thread: number;
  readonly mm: number;
  /** Over all entries. */
  readonly instanceNumber: number;
  /** Number of the first task of the instance; its tasks are numbered on from there. */
  readonly firstTask: number;
}

export function settingOf(stress: StressPlan, entry: StressEntry): HogSetting {
  const { compat, verify, pageIn, noMadvise, memoryBytes, sharedMm } = stress;
  const common: StressSetting = { compat, verify, pageIn, noMadvise, memoryBytes, sharedMm };
  const { options, instances, opsPerInstance } = entry;
  return { ...common, options, instances, opsPerInstance };
}

export function hogOf({ stressor }: StressEntry, hogs: readonly Hog[] = HOGS): Hog {
  return hogByName(stressor, hogs);
}

/** In the order of entries, instances, processes, threads. */
export function layoutOf(stress: StressPlan, hogs: readonly Hog[] = HOGS): readonly HogPlace[] {
  const places: HogPlace[] = [];
  let mms = 0;
  let instanceNumber = 0;
  for (const [entry, told] of stress.entries.entries()) {
    const hog = hogOf(told, hogs);
    const { processes, threadsPerProcess } = hog.shape(settingOf(stress, told));
    const sharesMm = hog.sharesMm === true || stress.sharedMm;
    assert(!sharesMm || mayShareMm(hog), `${hog.name} has no threads that share an mm`);
    const sharedMm = stress.sharedMm ? 0 : mms;
    for (let instance = 0; instance < told.instances; instance++, instanceNumber++) {
      const firstTask = places.length;
      const common = { entry, instance, instanceNumber, firstTask };
      for (let number = 0; number < processes; number++) {
        const mm = sharesMm ? sharedMm : mms;
        for (let thread = 0; thread < threadsPerProcess; thread++) {
          places.push({ ...common, process: number, thread, mm });
        }
        mms = Math.max(mms, mm + 1);
      }
    }
  }
  return places;
}

const LAYOUTS = new WeakMap<StressPlan, readonly HogPlace[]>();

/** The same, made once for each plan. */
export function placesOf(stress: StressPlan): readonly HogPlace[] {
  const known = LAYOUTS.get(stress) ?? layoutOf(stress);
  LAYOUTS.set(stress, known);
  return known;
}

/** How many tasks and address spaces a plan with these entries has. */
export function sizeOf(
  stress: StressPlan,
  places: readonly HogPlace[] = placesOf(stress),
): { readonly tasks: number; readonly mms: number } {
  return { tasks: places.length, mms: places.reduce((mms, { mm }) => Math.max(mms, mm + 1), 0) };
}

/** The address space that a task of a plan lives in, writers included. */
export function mmOfTask({ stress, mms }: Plan, task: number): number {
  return stress === undefined ? task % mms : placesOf(stress)[task]!.mm;
}

const TASKS_BY_MM = new WeakMap<StressPlan, readonly (readonly number[])[]>();

/** The tasks that live in an address space, in order; sorted by it once for each plan. */
export function tasksInMm(stress: StressPlan, mm: number): readonly number[] {
  const known = TASKS_BY_MM.get(stress);
  if (known !== undefined) return known[mm]!;
  const byMm: number[][] = [];
  for (const [task, place] of placesOf(stress).entries()) (byMm[place.mm] ??= []).push(task);
  TASKS_BY_MM.set(stress, byMm);
  return byMm[mm]!;
}

/** Whether no other task has its address space, or any file that it maps: instances share none. */
export function isAlone({ stress }: Plan, task: number): boolean {
  if (stress === undefined) return false;
  const places = placesOf(stress);
  const { mm, instanceNumber } = places[task]!;
  // Tasks of an instance are numbered one after the other.
  const isInstance = [task - 1, task + 1].every(
    (other) => places[other]?.instanceNumber !== instanceNumber,
  );
  return isInstance && tasksInMm(stress, mm).length === 1;
}

/** Whether a task is the one that tears its address space down in the end: the first one in it. */
export function ownsMm(plan: Plan, task: number): boolean {
  const { stress } = plan;
  if (stress === undefined) return task < plan.mms;
  return tasksInMm(stress, placesOf(stress)[task]!.mm)[0] === task;
}

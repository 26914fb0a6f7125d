/** Everything there is to know about a lock that failed, at the moment of the call. */
import type { KernelMemory } from '../../../mm/kernel-memory.js';
import { STAT, TASK } from '../../../mm/layout.js';
import { roleOfTask, type TorturePlan } from '../../../samples/torture-samples.js';
import { describeRwsem } from '../../stuck-task.js';
import { DOING, WITNESS, type Doing, type TortureWords } from './shared-words.js';

const DOING_TEXT: Readonly<Record<Doing, string>> = {
  [DOING.pausing]: 'pauses outside',
  [DOING.waitingForRead]: 'waits for read',
  [DOING.waitingForWrite]: 'waits for write',
  [DOING.reading]: 'is inside for read',
  [DOING.writing]: 'is inside for write',
  [DOING.done]: 'is done',
};

/** What the lock counts, and the words by which a task is put to sleep and woken. */
const COUNTERS = [
  'readFast',
  'writeFast',
  'writerSteals',
  'readerSteals',
  'spinAcquired',
  'handoffs',
  'waitsKilled',
] as const;
const FLAGS = [
  'wake',
  'waiterKind',
  'killed',
  'offCpu',
  'osqNext',
  'osqPrev',
  'osqLocked',
] as const;

/** Lines, the first of them about the lock, and then one per task. Any thread may ask. */
export function dumpLock(
  km: KernelMemory,
  sem: number,
  shared: TortureWords,
  plan: TorturePlan,
): string {
  const tasks = Array.from({ length: shared.tasks }, (_, task) => {
    const what = DOING_TEXT[shared.doing(task)];
    const sections = `${shared.acquisitions(task)} acquisitions`;
    return [
      `task ${task} (${roleOfTask(plan, task)}) ${what}`,
      sections,
      ...countersOf(km, task),
      ...flagsOf(km, task),
    ].join(', ');
  });
  const lines = [...describeRwsem(km, sem), describeWitness(shared), ...tasks];
  return lines.map((line) => `  ${line}`).join('\n');
}

function describeWitness({ words }: TortureWords): string {
  const inside = `${words[WITNESS.readersInside]!} inside for read`;
  const writers = `${words[WITNESS.writersInside]!} for write`;
  return `witness: ${inside}, ${writers}, version ${words[WITNESS.version]!}`;
}

/** Those that are not 0. */
function countersOf(km: KernelMemory, task: number): string[] {
  return COUNTERS.flatMap((name) => {
    const value = km.stats[km.statIndex(task) + STAT[name]]!;
    return value === 0 ? [] : [`${name} ${value}`];
  });
}

function flagsOf(km: KernelMemory, task: number): string[] {
  return FLAGS.flatMap((name) => {
    const value = km.words[km.taskAt(task) + TASK[name]]!;
    return value === 0 ? [] : [`${name} ${value}`];
  });
}

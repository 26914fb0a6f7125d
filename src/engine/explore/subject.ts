/** A scenario made runnable: the smallest kernel that has an mmap_sem, and a CPU per task. */
import { KernelMemory } from '../../mm/kernel-memory.js';
import { LINE, SEM, TASK } from '../../mm/layout.js';
import { Mm } from '../../mm/mm.js';
import { READER_OWNED } from '../../mm/rwsem.js';
import { isHandoffDue, isWritten, type RwsemPolicy } from '../../mm/rwsem-policy.js';
import { WAITER } from '../../mm/wait-list.js';
import { ExploreCpu, type Oracle } from './cpu.js';
import type { Lock, LockState, Scenario, Subject } from './scenario.js';
import { Violation, Witness } from './witness.js';

export function makeSubject(
  scenario: Scenario,
  policy: RwsemPolicy,
  lock: Lock,
  oracle: Oracle,
): Subject {
  const tasks = scenario.tasks.length;
  const km = KernelMemory.create({
    tasks,
    mms: 1,
    frames: 1,
    tables: 1,
    vmas: 1,
    files: 0,
    maxMapCount: 1,
  });
  const { sem } = Mm.create(km, 0);
  const cpus = scenario.tasks.map((_, task) => new ExploreCpu(km, task, oracle));
  for (const cpu of cpus) cpu.rwsem = policy;
  const witness = new Witness();
  const atRest = km.words.slice();
  const actors = cpus.map((cpu) => ({ cpu, sem, lock, witness }));
  return {
    scenario,
    policy,
    km,
    sem,
    cpus,
    witness,
    watched: watchedWords(km, sem),
    restart: () => {
      km.words.set(atRest);
      witness.words.fill(0);
      return scenario.tasks.map((task, i) => {
        cpus[i]!.reset();
        return task.program(actors[i]!);
      });
    },
    look: () => ({ count: km.words[sem + SEM.count]!, front: km.words[sem + SEM.head]! - 1 }),
    judge: (task, before) => {
      judgeHandoff(policy, before, km.words[sem + SEM.count]!, task);
    },
    unrest: () => unrest(km, sem),
  };
}

/** A hand-off promises the lock to the front: no other writer may take it. */
function judgeHandoff(
  policy: RwsemPolicy,
  { count, front }: LockState,
  after: number,
  task: number,
): void {
  if (!isHandoffDue(policy, count) || isWritten(policy, count) || !isWritten(policy, after)) return;
  if (task === front) return;
  throw new Violation(`task ${task} takes the lock for write that was promised to task ${front}`);
}

/** Indices into `km.words`: the rwsem and what other tasks read or write of a task. */
function watchedWords(km: KernelMemory, sem: number): Int32Array {
  const at: number[] = [];
  for (const field of Object.values(SEM)) at.push(sem + field);
  for (let task = 0; task < km.geometry.tasks; task++) {
    const self = km.taskAt(task);
    for (const field of Object.values(TASK)) {
      if (field < LINE && field !== TASK.waiterSince) at.push(self + field);
    }
  }
  return Int32Array.from(at);
}

function unrest(km: KernelMemory, sem: number): string | undefined {
  const { words } = km;
  const count = words[sem + SEM.count]!;
  if (count !== 0) return `all tasks are done and the count is ${hex(count)}, not 0`;
  const owner = words[sem + SEM.owner]!;
  if (owner !== 0 && owner !== READER_OWNED) return `all are done and task ${owner - 1} is owner`;
  if (words[sem + SEM.head] !== 0) return 'all tasks are done and the wait list is not empty';
  if (words[sem + SEM.waitLock] !== 0) return 'all tasks are done and the wait list is locked';
  if (words[sem + SEM.osqTail] !== 0) return 'all tasks are done and the queue of spinners is not';
  for (let task = 0; task < km.geometry.tasks; task++) {
    const self = km.taskAt(task);
    if (words[self + TASK.waiterKind] === WAITER.none) continue;
    return `task ${task} is done and still a waiter`;
  }
  return undefined;
}

export function hex(count: number): string {
  return `0x${(count >>> 0).toString(16).padStart(8, '0')}`;
}

/** What one task does until the time is over: acquire, look around, release, pause. */
import { TASK } from '../../../mm/layout.js';
import { killTask } from '../../../mm/wait-list.js';
import type { TortureRole } from '../../../samples/torture-samples.js';
import type { Prng } from '../../../util/prng.js';
import { drive, type ThreadCpu } from '../cpu.js';
import type { LockCalls } from './lock-calls.js';
import { Pace } from './pace.js';
import { DOING, type TortureWords } from './shared-words.js';
import type { TaskTally } from './tally.js';
import { Witness } from './witness.js';

export interface TaskSetting {
  readonly cpu: ThreadCpu;
  /** First word of the rwsem. */
  readonly sem: number;
  readonly lock: LockCalls;
  readonly role: TortureRole;
  readonly shared: TortureWords;
  readonly tally: TaskTally;
  readonly prng: Prng;
  stopping(): boolean;
}

/** Of so many acquisitions, one each is by trylock and by a wait that a signal may end. */
const WAYS = 8;
const BY_TRYLOCK = 0;
const BY_KILLABLE = 1;

/** Of so many turns, one ends with a signal to some task. */
const TURNS_PER_SIGNAL = 256;

/** Throws ExclusionBroken, and whatever the lock's own assertions throw. */
export function runTaskLoop(setting: TaskSetting): void {
  const { cpu, role, shared, prng } = setting;
  const loop = new TaskLoop(setting, new Pace(cpu, shared, prng));
  while (!setting.stopping()) {
    if (role === 'reader') loop.read();
    else if (role === 'writer') loop.write();
    else loop.writeThenRead();
    loop.pause();
  }
  shared.setDoing(cpu.task, DOING.done);
}

class TaskLoop {
  readonly #at: TaskSetting;
  readonly #pace: Pace;
  readonly #witness: Witness;

  constructor(setting: TaskSetting, pace: Pace) {
    this.#at = setting;
    this.#pace = pace;
    this.#witness = new Witness(setting.shared, `task ${setting.cpu.task} (${setting.role})`);
  }

  read(): void {
    const { cpu, shared } = this.#at;
    shared.setDoing(cpu.task, DOING.waitingForRead);
    if (!this.#acquireForRead()) return;
    const since = this.#enter(DOING.reading);
    this.#witness.beginRead();
    this.#pace.stayInside();
    this.#leaveAsReader(since);
  }

  write(): void {
    const { cpu, sem, lock, shared, tally } = this.#at;
    shared.setDoing(cpu.task, DOING.waitingForWrite);
    if (!this.#acquireForWrite()) return;
    const since = this.#enter(DOING.writing);
    this.#witness.beginWrite();
    this.#pace.stayInside();
    this.#witness.endWrite();
    const until = cpu.now();
    drive(cpu, lock.upWrite(cpu, sem));
    tally.section(until - since);
  }

  writeThenRead(): void {
    const { cpu, sem, lock, shared } = this.#at;
    shared.setDoing(cpu.task, DOING.waitingForWrite);
    if (!this.#acquireForWrite()) return;
    const since = this.#enter(DOING.writing);
    this.#witness.beginWrite();
    this.#pace.stayInside();
    this.#witness.downgrade();
    drive(cpu, lock.downgradeWrite(cpu, sem));
    shared.setDoing(cpu.task, DOING.reading);
    this.#pace.stayInside();
    this.#leaveAsReader(since);
  }

  /** Outside the lock, and at times with a signal that may end somebody's wait. */
  pause(): void {
    const { cpu, shared, prng } = this.#at;
    shared.setDoing(cpu.task, DOING.pausing);
    if (prng.below(TURNS_PER_SIGNAL) === 0) drive(cpu, killTask(cpu, prng.below(shared.tasks)));
    this.#pace.stayOutside();
  }

  /** When the section began, ns. */
  #enter(doing: typeof DOING.reading | typeof DOING.writing): number {
    const { cpu, shared } = this.#at;
    shared.setDoing(cpu.task, doing);
    shared.countAcquisition(cpu.task);
    return cpu.now();
  }

  #leaveAsReader(since: number): void {
    const { cpu, sem, lock, tally } = this.#at;
    this.#witness.endRead();
    const until = cpu.now();
    drive(cpu, lock.upRead(cpu, sem));
    tally.section(until - since);
  }

  #acquireForRead(): boolean {
    const { cpu, sem, lock, prng } = this.#at;
    const way = prng.below(WAYS);
    if (way === BY_TRYLOCK) return this.#tried(lock.downReadTrylock(cpu, sem));
    if (way === BY_KILLABLE) return this.#survived(drive(cpu, lock.downReadKillable(cpu, sem)));
    drive(cpu, lock.downRead(cpu, sem));
    return true;
  }

  #acquireForWrite(): boolean {
    const { cpu, sem, lock, prng } = this.#at;
    const way = prng.below(WAYS);
    if (way === BY_TRYLOCK) return this.#tried(lock.downWriteTrylock(cpu, sem));
    if (way === BY_KILLABLE) return this.#survived(drive(cpu, lock.downWriteKillable(cpu, sem)));
    drive(cpu, lock.downWrite(cpu, sem));
    return true;
  }

  #tried(taken: boolean): boolean {
    if (!taken) this.#at.tally.trylocksFailed += 1;
    return taken;
  }

  /** A task that was killed comes back to life, or it could be killed only once. */
  #survived(result: number): boolean {
    if (result === 0) return true;
    const { cpu, tally } = this.#at;
    Atomics.store(cpu.km.words, cpu.self + TASK.killed, 0);
    tally.waitsKilled += 1;
    return false;
  }
}

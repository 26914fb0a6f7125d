/** Who waits for what, in words, for whoever has to find out why nothing moves. */
import type { KernelMemory } from '../mm/kernel-memory.js';
import {
  MM,
  MM_WORDS,
  POOL,
  SEM,
  STAT_COUNT,
  TABLE,
  TABLE_WORDS,
  TASK,
  TASK_WORDS,
} from '../mm/layout.js';
import { READER_OWNED } from '../mm/rwsem.js';
import { WAITER } from '../mm/wait-list.js';

/** What khungtaskd would say of a task that has got nowhere for `seconds`. */
export function describeStuckTask(km: KernelMemory, task: number, seconds: number): string {
  const length = seconds < 1 ? seconds.toFixed(1) : Math.floor(seconds);
  return `INFO: task ${task} blocked for more than ${length} seconds.\n${describeWaiting(km, task)}`;
}

/** What a task waits for, and who holds that; lines indented by two. */
export function describeWaiting(km: KernelMemory, task: number): string {
  const self = km.taskAt(task);
  const sem = km.words[self + TASK.waitsFor]!;
  if (sem === 0) return `  task ${task} waits for no lock; last counters: ${counters(km, task)}`;
  const kind = km.words[self + TASK.waiterKind] === WAITER.writer ? 'write' : 'read';
  const waits = `task ${task} waits for mmap_sem of address space ${mmOfSem(km, sem)} for ${kind}`;
  const lock = describeRwsem(km, sem, 'empty: its wake-up was lost');
  return [waits, ...lock].map((line) => `  ${line}`).join('\n');
}

/** What the word is for that somebody spins on. */
export function describeWord(km: KernelMemory, word: number): string {
  const { at, geometry } = km;
  const pools = { zone: at.zone, 'page tables': at.tablePool, VMAs: at.vmaPool };
  const pool = Object.entries(pools).find(([, first]) => word === first + POOL.lock);
  if (pool !== undefined) return `the lock of the ${pool[0]}`;
  const record = (first: number, words: number, count: number, fields: Fields) => {
    const field = nameIn(fields, (word - first) % words);
    const number = Math.floor((word - first) / words);
    return word >= first && number < count && field !== undefined ? { field, number } : undefined;
  };
  const mm = record(at.mms, MM_WORDS, geometry.mms, Object.entries(SEM));
  if (mm !== undefined) return `${mm.field} of mmap_sem of address space ${mm.number}`;
  const task = record(at.tasks, TASK_WORDS, geometry.tasks, Object.entries(TASK));
  if (task !== undefined) return `${task.field} of task ${task.number}`;
  const table = record(at.tableRecords, TABLE_WORDS, geometry.tables + 1, Object.entries(TABLE));
  return table === undefined ? `word ${word}` : `the ${table.field} of page table ${table.number}`;
}

type Fields = readonly (readonly [name: string, offset: number])[];

function nameIn(fields: Fields, offset: number): string | undefined {
  return fields.find(([, at]) => at === offset)?.[0];
}

/** A rwsem as reports print it; `nobody` is what they say of a wait list with nobody on it. */
export function describeRwsem(km: KernelMemory, sem: number, nobody = 'empty'): string[] {
  const word = (field: number): number => km.words[sem + field]!;
  return [
    `count ${hex(word(SEM.count))}, ${describeOwner(word(SEM.owner))}`,
    `wait list: ${waitList(km, sem).join(', ') || nobody}`,
    `waitLock ${word(SEM.waitLock)}, last spinner ${describeSpinner(word(SEM.osqTail))}`,
  ];
}

function describeSpinner(osqTail: number): string {
  return osqTail === 0 ? 'nobody' : `task ${osqTail - 1}`;
}

function describeOwner(owner: number): string {
  if (owner === READER_OWNED) return 'last taken for read';
  return owner === 0 ? 'no owner' : `held for write by task ${owner - 1}`;
}

function waitList(km: KernelMemory, sem: number): string[] {
  const waiters: string[] = [];
  let at = km.words[sem + SEM.head]!;
  while (at !== 0 && waiters.length < km.geometry.tasks) {
    const self = km.taskAt(at - 1);
    const kind = km.words[self + TASK.waiterKind] === WAITER.writer ? 'write' : 'read';
    waiters.push(`task ${at - 1} (${kind})`);
    at = km.words[self + TASK.waiterNext]!;
  }
  return waiters;
}

function mmOfSem(km: KernelMemory, sem: number): number {
  for (let mm = 0; mm < km.geometry.mms; mm++) if (km.mmAt(mm) + MM.sem === sem) return mm;
  return -1;
}

function hex(count: number): string {
  return `0x${(count >>> 0).toString(16).padStart(8, '0')}`;
}

function counters(km: KernelMemory, task: number): string {
  const stat = km.statIndex(task);
  return Array.from(km.stats.subarray(stat, stat + STAT_COUNT)).join(' ');
}

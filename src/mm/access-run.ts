/** Where a CPU is in a run of accesses: what `access.ts` keeps from one step to the next. */
import { ACCESS, FAULT, type Access, type FaultResult } from './fault-result.js';
import { PTE, PTRS_PER_TABLE, STAT } from './layout.js';
import { COST, type Cpu } from './op.js';
import { TRANSLATIONS_MAX } from './translations.js';

// Bound here for compiled code, which reads an imported binding again at every use.
const { faultsTotal: FAULTS_TOTAL } = STAT;
const { present: PRESENT, dirty: DIRTY } = PTE;
const { store: STORE } = ACCESS;
const { done: DONE } = FAULT;
const { faultEntry: FAULT_ENTRY } = COST;
const LAST_TRANSLATION = TRANSLATIONS_MAX - 1;
const LAST_IN_TABLE = PTRS_PER_TABLE - 1;

/** The steps of one access; each is at most one access that others can see. */
export const STEP = { walk: 0, touch: 1, lock: 2, fault: 3, unlock: 4, retry: 5 } as const;

/** Where a CPU is in a run of accesses, and what the steps of the page under way have found. */
export class AccessRun {
  first = 0;
  count = 0;
  access: Access = ACCESS.load;
  /** Of the first page, among the CPU's translations. */
  place = 0;
  /** So many pages from the first on may be known to the CPU. */
  lookups = 0;
  /** PTE bits with which the access goes through at once. */
  need = 0;
  /** First word to store. */
  word = 0;
  index = 0;
  step: number = STEP.walk;
  /** Why it has stopped (`access.ts`). */
  pause = 0;
  pte = 0;
  result: FaultResult = DONE;
  /**
   * Where in `km.tables` the last PTE was, 0 for unknown: the CPU's paging-structure cache. A table
   * once found stays in place until this CPU has answered an IPI or gone into the kernel.
   */
  slot = 0;
  /** Pages that could not be accessed. */
  denied = 0;

  start(first: number, count: number, access: Access, word: number): void {
    this.first = first;
    this.count = count;
    this.place = first & LAST_TRANSLATION;
    this.access = access;
    this.need = access | PRESENT | (access === STORE ? DIRTY : 0);
    this.word = word;
    this.index = 0;
    this.step = STEP.walk;
    this.slot = 0;
    this.denied = 0;
  }

  /** The slot behind the last one, 0 where that was unknown or the last of its table. */
  nextSlot(): number {
    const next = this.slot + 1;
    return this.slot !== 0 && (next & LAST_IN_TABLE) !== 0 ? next : 0;
  }

  /** The page under way traps. */
  trap(cpu: Cpu): void {
    cpu.km.stats[cpu.stat + FAULTS_TOTAL]! += 1;
    cpu.charge(FAULT_ENTRY, 1);
    this.step = STEP.lock;
  }
}

/** Accesses that are not plain: pages that the CPU knows, huge pages, clean ones, and those that miss. */
import { STEP, type AccessRun } from './access-run.js';
import { FAULT } from './fault-result.js';
import { hugePte } from './huge-entry.js';
import { MM, PTE } from './layout.js';
import type { Mm } from './mm.js';
import type { Cpu } from './op.js';
import { pteSlot } from './page-table.js';

const { dirty: DIRTY } = PTE;
const { tlbGeneration: TLB_GENERATION } = MM;
const { done: DONE } = FAULT;

/**
 * What few accesses need. Called between two `advance`, not in it, because the compiler would keep everything
 * there ready for these calls.
 */
export class RareSteps {
  readonly #cpu: Cpu;
  readonly #run: AccessRun;

  constructor(cpu: Cpu, run: AccessRun) {
    this.#cpu = cpu;
    this.#run = run;
  }

  /**
   * The walk where a page may be known to the CPU, or huge, or not all that the access needs. Sets the next
   * step, unless it returns that the page is there and has to be made dirty, which is a step of its own.
   */
  look(mm: Mm): boolean {
    const run = this.#run;
    const { km } = this.#cpu;
    const page = run.first + run.index;
    const next = run.nextSlot();
    const known = run.index < run.lookups ? this.#known(mm, page) : 0;
    run.step = STEP.touch;
    run.slot = next;
    run.pte = known;
    if ((known & run.need) === run.need) return false;
    if (next === 0) run.slot = pteSlot(km, mm.root, page);
    run.pte = run.slot === 0 ? hugePte(km, mm.root, page) : km.tables[run.slot]!;
    if ((run.pte & run.need) === run.need) return false;
    if (run.slot !== 0 && (run.pte & run.need) === (run.need & ~DIRTY)) return true;
    run.trap(this.#cpu);
    return false;
  }

  /** As hardware: what has changed since it was read is read again. */
  markDirty(): void {
    const run = this.#run;
    const { slot, pte } = run;
    run.pte = pte | DIRTY;
    if (Atomics.compareExchange(this.#cpu.km.tables, slot, pte, run.pte) !== pte) this.#lookAgain();
  }

  /** A fault has not made the page what the access needs. */
  miss(): void {
    const run = this.#run;
    this.#lookAgain();
    if (run.result === DONE) return;
    run.denied += 1;
    run.index += 1;
  }

  /** The CPU's own translation of a page, 0 if it has none. */
  #known(mm: Mm, page: number): number {
    const { translations, km } = this.#cpu;
    translations.follow(mm, km.words[mm.at + TLB_GENERATION]!);
    return translations.lookup(page);
  }

  #lookAgain(): void {
    const run = this.#run;
    this.#cpu.translations.drop(run.first + run.index);
    run.slot = 0;
    run.step = STEP.walk;
  }
}

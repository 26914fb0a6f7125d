/** A sound machine to break in one place, and the sentence with which the audit must say so. */
import { expect, it } from 'vitest';
import type { KernelMemory } from '../kernel-memory.js';
import { BLOCK_WORDS, FRAME, FRAME_WORDS, POOL, PTE, VMA_WORDS } from '../layout.js';
import { MAP } from '../uapi.js';
import { pteSlot } from '../page-table.js';
import { VM_READ, findVma } from '../vma.js';
import { LoneTask } from './lone-task.js';
import { testMachine, violations, type TestMachine } from './test-machine.js';

/** First page of the first of three VMAs; the others are 10 and 14 pages up. */
export const HERE = 2 ** 25;

/** Three VMAs, the first two with all pages present, and free frames on every kind of list. */
function soundMachine(): TestMachine {
  const machine = testMachine({ tasks: 2 });
  const task = new LoneTask(machine);
  const scratch = task.map(1200);
  task.fill(scratch, 1200, 1);
  task.unmap(scratch, 1200);
  task.mapAt(HERE, 4, MAP.fixed);
  task.fill(HERE, 4, 1);
  task.mapAt(HERE + 10, 4, MAP.fixed);
  task.fill(HERE + 10, 4, 1);
  task.mapAt(HERE + 14, 4, MAP.fixed, VM_READ);
  return machine;
}

/** A sound machine to break, and the places where it may be broken. */
export class Victim {
  readonly machine = soundMachine();
  readonly km: KernelMemory = this.machine.km;
  readonly words = this.km.words;
  readonly mm = this.machine.mm;
  readonly cpu = this.machine.cpus[0]!;
  readonly zone = this.km.at.zone;
  /** The zone's first block with free frames, and where its record is. */
  readonly blockNumber = this.words[this.zone + POOL.head]! - 1;
  readonly block = this.km.at.blocks + this.blockNumber * BLOCK_WORDS;

  slot(page: number): number {
    return pteSlot(this.km, this.mm.root, page);
  }

  frameOf(page: number): number {
    return this.km.tables[this.slot(page)]! >>> PTE.shift;
  }

  stateOf(frame: number): number {
    return frame * FRAME_WORDS + FRAME.state;
  }

  /** First word of the VMA that covers a page. */
  vma(page: number): number {
    return findVma(this.km, this.mm, page) * VMA_WORDS;
  }

  edge(page: number, field: number): number {
    return this.vma(page) / 2 + field;
  }
}

export interface Plant {
  readonly what: string;
  readonly plant: (victim: Victim) => void;
  /** A sentence that must be among the violations. */
  readonly says: RegExp;
}

export function expectFound(plants: readonly Plant[]): void {
  it.each(plants)('$what', ({ plant, says }) => {
    const victim = new Victim();
    plant(victim);
    expect(violations(victim.machine)).toContainEqual(expect.stringMatching(says));
  });
}

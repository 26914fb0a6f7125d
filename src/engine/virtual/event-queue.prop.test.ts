import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.js';

/** The same by a list that is searched. */
class SlowQueue {
  entries: { entry: number; time: number; sequence: number }[] = [];
  #sequence = 0;

  sorted(): { entry: number; time: number }[] {
    return [...this.entries].sort((a, b) => a.time - b.time || a.sequence - b.sequence);
  }

  push(entry: number, time: number): void {
    this.entries.push({ entry, time, sequence: this.#sequence++ });
  }

  remove(entry: number): void {
    this.entries = this.entries.filter((other) => other.entry !== entry);
  }
}

/** More than are looked at one by one. */
const ENTRIES = 14;
const step = fc.record({
  kind: fc.constantFrom('push', 'delay', 'remove', 'hasten'),
  entry: fc.nat(ENTRIES - 1),
  time: fc.nat(9),
});

/** Positions run free; halving a sum of two, or keeping one in 32 bits, fails far along. */
const START = fc.constantFrom(0, 2 ** 30 - 7, 2 ** 31 - 7, 2 ** 32 - 7, 2 ** 40);

describe('EventQueue', () => {
  it('agrees with a sorted list, ties by order of insertion', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), START, (steps, start) => {
        const queue = new EventQueue(ENTRIES, start);
        const slow = new SlowQueue();
        for (const { kind, entry, time } of steps) {
          const known = slow.entries.find((other) => other.entry === entry);
          if (kind === 'push' && known === undefined) {
            queue.push(entry, time);
            slow.push(entry, time);
          } else if (kind === 'hasten' && known !== undefined) {
            queue.hasten(entry, time);
            if (time < known.time) {
              slow.remove(entry);
              slow.push(entry, time);
            }
          } else if (kind === 'delay' && queue.size > 0) {
            const { first } = queue;
            queue.delayFirst(time);
            slow.remove(first);
            slow.push(first, time);
          } else if (kind === 'remove' && queue.size > 0) {
            slow.remove(queue.first);
            queue.removeFirst();
          }
          const [first, second] = slow.sorted();
          expect(queue.size).toBe(slow.entries.length);
          expect(queue.firstTime).toBe(first?.time ?? Infinity);
          expect(queue.secondTime).toBe(second?.time ?? Infinity);
          if (first !== undefined) expect(queue.first).toBe(first.entry);
        }
      }),
    );
  });

  it('refuses to take an entry twice', () => {
    const queue = new EventQueue(2);
    queue.push(1, 5);
    expect(() => {
      queue.push(1, 6);
    }).toThrow('in the queue twice');
  });
});

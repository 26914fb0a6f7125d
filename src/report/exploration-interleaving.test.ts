import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import type { Counterexample } from '../samples/exploration.js';
import { counterexampleLines } from './exploration-interleaving.js';
import { DEADLOCK_SEARCH, syntheticDocument } from './testing/synthetic-exploration.js';

const FOUND = DEADLOCK_SEARCH.counterexample!;

function linesOf(
  change: Partial<Counterexample> = {},
  { color = false, width = 100 } = {},
): string[] {
  const { explorations } = syntheticDocument([DEADLOCK_SEARCH]);
  const options = { width, describeLock: (name: string) => name };
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return counterexampleLines(explorations[0]!, { ...FOUND, ...change }, options, chalk);
}

describe('a counterexample', () => {
  it('says what broke, where, who took part, step by step, and how to repeat it', () => {
    expect(linesOf()).toEqual([
      'Deadlock: nobody can run: writer is done, reader sleeps',
      'exclusion (two writers and two readers) under fifo-4.17',
      'a = task 0, writer; c = task 2, reader',
      'count, owner and queue are those after the step; a blank is what the line above says',
      '',
      '#  task      action                                      count       meaning                     owner  queue',
      '1  a writer  enter as writer                             0xffff0001  1 active, 1 x waiting bias  a      -',
      '2            write',
      '3  c reader  lock the wait list                          0xffff0001  1 active, 1 x waiting bias  a      c',
      '4            am I granted? -> time has passed -> sleeps',
      '5  a writer  leave as writer                             0x00000000  free                        -      c',
      '             deadlock',
      '',
      '5 steps; interruptions: 5 as found, 3 after minimising',
      `replay: npx mmsem-bench explore --replay 'exclusion/fifo-4.17/a2c2a'`,
    ]);
  });

  it('does not speak of minimising where nothing got shorter', () => {
    expect(linesOf({ interruptionsFound: 3 })).toContain('5 steps; interruptions: 3');
  });

  it('breaks words, never the steps nor the string', () => {
    const lines = linesOf({}, { width: 40 });
    expect(lines.slice(0, 2)).toEqual([
      'Deadlock: nobody can run: writer is',
      'done, reader sleeps',
    ]);
    expect(lines.at(-1)).toBe(linesOf().at(-1));
    expect(lines).toContain(linesOf()[6]);
  });

  it('leaves out the middle of what has no end', () => {
    const steps = Array.from({ length: 5000 }, () => FOUND.steps[1]!);
    const lines = linesOf({ kind: 'livelock', steps });
    expect(lines.length).toBeLessThan(100);
    const gap = lines.findIndex((line) => line.includes('... 4920 steps more, see --json ...'));
    expect(lines[gap - 1]).toMatch(/^ +60 /);
    // A reader who begins here finds the task and the lock in this line.
    expect(lines[gap + 1]).toMatch(/^4981 +a writer +write +0xffff0001 .* a +-$/);
    expect(lines.at(-4)).toMatch(/^ +livelock$/);
  });

  it('is coloured by what matters', () => {
    const text = linesOf({}, { color: true }).join('\n');
    expect(text).toContain('\x1b[1m\x1b[31mDeadlock: nobody');
    expect(text).toContain('\x1b[36ma writer\x1b[39m');
    expect(text).toContain('\x1b[33mam I granted? -> time has passed -> sleeps\x1b[39m');
    // Said once more for those who begin to read here, not changed.
    expect(text).toContain('\x1b[2m0xffff0001\x1b[22m');
  });
});

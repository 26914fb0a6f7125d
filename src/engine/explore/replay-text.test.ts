import { describe, expect, it } from 'vitest';
import { NO, YES } from './execution.js';
import { BadReplay, formatReplay, parseReplay } from './replay-text.js';
import { TASKS_MAX, taskLetter } from './task-letter.js';

const PLAIN = { scenario: 'exclusion', policy: 'fifo-4.17', spin: true, broken: undefined };

describe('formatReplay', () => {
  it.each([
    ['', []],
    ['a', [0]],
    ['a5b12', [0, 0, 0, 0, 0, ...new Array<number>(12).fill(1)]],
    ['aba', [0, 1, 0]],
    ['z', [TASKS_MAX - 1]],
    ['a-+b', [0, NO, YES, 1]],
    ['a+-+a2', [0, YES, NO, YES, 0, 0]],
    // An answer that time has not passed is what a replay assumes, at the end of a step.
    ['a2', [0, NO, 0, NO, NO]],
    ['a+', [0, YES, NO]],
    // Steps with answers are not counted together.
    ['a+a+a', [0, YES, 0, YES, 0]],
  ])('writes %j for %j', (schedule, decisions) => {
    expect(formatReplay({ ...PLAIN, decisions })).toBe(`exclusion/fifo-4.17/${schedule}`);
  });

  it('says what else the lock is', () => {
    const decisions = [0];
    expect(formatReplay({ ...PLAIN, spin: false, decisions })).toBe('exclusion/fifo-4.17/nospin/a');
    expect(formatReplay({ ...PLAIN, broken: 'double-grant', decisions })).toBe(
      'exclusion/fifo-4.17/broken=double-grant/a',
    );
    expect(formatReplay({ ...PLAIN, spin: false, broken: 'double-grant', decisions })).toBe(
      'exclusion/fifo-4.17/nospin/broken=double-grant/a',
    );
  });

  it('calls the tasks by their letters', () => {
    expect([0, 1, 25].map(taskLetter)).toEqual(['a', 'b', 'z']);
  });
});

describe('parseReplay', () => {
  it('takes what people write otherwise: answers that could be left out, steps one by one', () => {
    const { decisions } = parseReplay('exclusion/fifo-4.17/aa1a-b+-');
    expect(decisions).toEqual([0, 0, 0, NO, 1, YES, NO]);
  });

  it.each([
    ['', 'the form SCENARIO/POLICY/SCHEDULE'],
    ['exclusion', 'the form SCENARIO/POLICY/SCHEDULE'],
    ['exclusion/fifo-4.17', 'the form SCENARIO/POLICY/SCHEDULE'],
    ['exclusion/fifo-4.17/spin/a', "'spin' in it means nothing"],
    ['exclusion/fifo-4.17/nospin/nospin/a', "'nospin' in it means nothing"],
    ['exclusion/fifo-4.17/broken=x/nospin/a', "'nospin' in it means nothing"],
    ['exclusion/fifo-4.17/broken=x/broken=y/a', "'broken=y' in it means nothing"],
    ['exclusion/fifo-4.17/Ab', "cannot be read from 'Ab' on"],
    ['exclusion/fifo-4.17/a b', "cannot be read from ' b' on"],
    ['exclusion/fifo-4.17/a3b*', "cannot be read from '*' on"],
    ['exclusion/fifo-4.17/2a', "cannot be read from '2a' on"],
    ['exclusion/fifo-4.17/a0', "cannot be read from '0' on"],
    ['exclusion/fifo-4.17/a-1', "cannot be read from '1' on"],
    ['exclusion/fifo-4.17/a2+', "cannot be read from '+' on"],
    ['exclusion/fifo-4.17/+a', "cannot be read from '+a' on"],
    // No execution is so long.
    ['exclusion/fifo-4.17/a100000', "cannot be read from '0' on"],
  ])('refuses %j: %s', (text, why) => {
    const parse = (): unknown => parseReplay(text);
    expect(parse).toThrow(BadReplay);
    expect(parse).toThrow(why);
  });
});

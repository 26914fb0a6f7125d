import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO, YES } from './execution.js';
import { BadReplay, formatReplay, parseReplay, type Replayed } from './replay-text.js';
import { TASKS_MAX } from './task-letter.js';

interface Step {
  readonly task: number;
  readonly answers: readonly number[];
}

const step: fc.Arbitrary<Step> = fc.record({
  task: fc.oneof(fc.constantFrom(0, 1), fc.nat({ max: TASKS_MAX - 1 })),
  answers: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.array(fc.constantFrom(YES, NO), { maxLength: 6 }),
  ),
});
/** Runs of equal steps, of which the text makes numbers. */
const schedule = fc
  .array(fc.tuple(step, fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 120 }))), {
    maxLength: 12,
  })
  .map((runs) => runs.flatMap(([one, times]) => Array.from({ length: times }, () => one)));
const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}$/);
const head = fc.record({
  scenario: name,
  policy: name,
  spin: fc.boolean(),
  broken: fc.option(name, { nil: undefined }),
});

const flat = (steps: readonly Step[]): number[] =>
  steps.flatMap(({ task, answers }) => [task, ...answers]);

/** The decisions that mean the same: an answer that is left out at the end of a step is NO. */
function withoutLastNoes(steps: readonly Step[]): number[] {
  return flat(
    steps.map(({ task, answers }) => ({
      task,
      answers: answers.slice(0, answers.lastIndexOf(YES) + 1),
    })),
  );
}

function tryToParse(text: string): Replayed | Error {
  try {
    return parseReplay(text);
  } catch (error) {
    return error as Error;
  }
}

describe('a replay', () => {
  it('is one word, from which everything comes back', () => {
    fc.assert(
      fc.property(head, schedule, (start, steps) => {
        const text = formatReplay({ ...start, decisions: flat(steps) });
        expect(text).toMatch(/^\S+$/);
        expect(parseReplay(text)).toEqual({ ...start, decisions: withoutLastNoes(steps) });
        expect(parseReplay(`  ${text}\n`)).toEqual(parseReplay(text));
      }),
      { seed: 417, numRuns: 300 },
    );
  });

  it('has one form: what was parsed is written as the text that stands for the least', () => {
    fc.assert(
      fc.property(head, schedule, (start, steps) => {
        const text = formatReplay({ ...start, decisions: flat(steps) });
        expect(formatReplay(parseReplay(text))).toBe(text);
        // No two steps of one task in a row but by number or with answers.
        expect(text.split('/').at(-1)).not.toMatch(/([a-z])\1(?![-+])/);
      }),
      { seed: 418, numRuns: 300 },
    );
  });

  it('is either understood or a BadReplay that says why, whatever the text', () => {
    const nearly = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            '/',
            '/nospin/',
            '/broken=',
            'a',
            'b2',
            'z',
            '+',
            '-',
            '0',
            '10',
            'A',
            ' ',
          ),
          fc.string({ maxLength: 2 }),
        ),
        { maxLength: 10 },
      )
      .map((parts) => parts.join(''));
    let understood = 0;
    const reasons = new Set<string>();
    fc.assert(
      fc.property(
        fc.oneof(
          nearly,
          nearly.map((rest) => `s/p/${rest}`),
          fc.string(),
        ),
        (text) => {
          const parsed = tryToParse(text);
          if (parsed instanceof Error) {
            expect(parsed).toBeInstanceOf(BadReplay);
            reasons.add(parsed.message.replace(/'.*'/s, "'...'"));
            return;
          }
          understood += 1;
          const written = formatReplay(parsed);
          expect(formatReplay(parseReplay(written))).toBe(written);
        },
      ),
      { seed: 419, numRuns: 2000 },
    );
    expect(understood).toBeGreaterThan(100);
    expect([...reasons].sort()).toEqual([
      "'...' in it means nothing",
      'it has the form SCENARIO/POLICY/SCHEDULE',
      "its schedule cannot be read from '...' on",
    ]);
  });
});

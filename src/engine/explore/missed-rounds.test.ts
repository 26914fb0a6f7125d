/** The search once took a spinner for idle that had missed a change between two of its looks. */
import { expect, it } from 'vitest';
import { STOP } from '../../mm/op.js';
import { Oblivious, UNBOUNDED, runAll, step, toyExecution, type Program } from './testing/toy.js';

it('a spinner that looks at two words sees what changed between its looks', () => {
  const [X, Z, DONE] = [0, 1, 2];
  const ends = new Set<string>();
  let sawZ = 0;
  let sawDone = 0;
  const spinner: Program = function* ({ cpu, witness: { words } }) {
    for (;;) {
      yield* step(cpu, 'look at x');
      if (words[X] === 1) break;
      yield* step(cpu, 'look at z');
      sawZ = words[Z]!;
      yield STOP.relax;
    }
    words[DONE] = 1;
  };
  const changer: Program = function* ({ cpu, witness: { words } }) {
    sawZ = 0;
    yield* step(cpu, 'change both');
    words[X] = 1;
    words[Z] = 1;
    yield* step(cpu, 'is it done?');
    sawDone = words[DONE]!;
  };
  runAll(toyExecution([spinner, changer]), UNBOUNDED, new Oblivious(), (failure) => {
    ends.add(`${sawZ} ${sawDone} ${failure?.kind ?? ''}`);
  });
  // looks at x; both change; looks at z; looks at x again, at once.
  expect([...ends].sort()).toEqual(['0 0 ', '0 1 ', '1 0 ', '1 1 ']);
});

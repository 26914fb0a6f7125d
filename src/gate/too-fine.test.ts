import { expect, it } from 'vitest';
import { tooFine } from './too-fine.js';

it('says what is resolved, what was asked, and what to do, in one sentence', () => {
  expect(tooFine('a run of 8 rounds', 0.072, 0.05)).toEqual([
    'a run of 8 rounds resolves changes of 7.2 %, too little for a gate of 5.0 %; ' +
      'use more --rounds or a longer --timeout',
  ]);
  expect(tooFine('it', 0.072, -0.05)).toEqual(tooFine('it', 0.072, 0.05));
  expect(tooFine('it', null, 0.05)[0]).toMatch(/^it resolves no change at all, too little/);
});

it('says nothing where enough is resolved, or nothing is allowed', () => {
  expect(tooFine('it', 0.05, 0.05)).toEqual([]);
  expect(tooFine('it', 0.05, -0.05)).toEqual([]);
  expect(tooFine('it', null, 0)).toEqual([]);
});

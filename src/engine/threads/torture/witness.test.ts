/** Two tasks inside at a time, in every way in which a lock must not let them. */
import { beforeEach, describe, expect, test } from 'vitest';
import { TortureWords, WITNESS } from './shared-words.js';
import { ExclusionBroken, Witness, checkWitnessAtRest } from './witness.js';

let shared: TortureWords;
let one: Witness;
let other: Witness;
beforeEach(() => {
  shared = TortureWords.create(2);
  one = new Witness(shared, 'task 0');
  other = new Witness(shared, 'task 1');
});

function foundBy(step: () => void): string {
  try {
    step();
  } catch (error) {
    expect(error).toBeInstanceOf(ExclusionBroken);
    return (error as Error).message;
  }
  return 'nothing';
}

describe('a lock that excludes', () => {
  test('lets readers overlap, and writers and downgraders take turns with them', () => {
    for (let round = 0; round < 3; round++) {
      one.beginRead();
      other.beginRead();
      one.endRead();
      other.endRead();
      one.beginWrite();
      one.endWrite();
      other.beginWrite();
      other.downgrade();
      one.beginRead();
      other.endRead();
      one.endRead();
    }
    expect(checkWitnessAtRest(shared, 6)).toEqual([]);
  });

  test('may do so for more sections than a word can count', () => {
    for (const field of [WITNESS.version, WITNESS.left, WITNESS.right]) {
      shared.words[field] = 2 ** 31 - 1;
    }
    one.beginWrite();
    one.endWrite();
    other.beginRead();
    other.endRead();
    expect(checkWitnessAtRest(shared, 2 ** 31)).toEqual([]);
  });
});

describe('a lock that does not', () => {
  test('is caught by the reader that meets a writer', () => {
    one.beginWrite();
    expect(
      foundBy(() => {
        other.beginRead();
      }),
    ).toBe('task 1, inside for read, coming in found 1 inside for write');
  });

  test('is caught by the writer that meets a reader', () => {
    one.beginRead();
    expect(
      foundBy(() => {
        other.beginWrite();
      }),
    ).toBe('task 1, inside for write, coming in found 0 others inside for write, 1 for read');
  });

  test('is caught by the second of two writers, and by the first on its way out', () => {
    one.beginWrite();
    expect(
      foundBy(() => {
        other.beginWrite();
      }),
    ).toContain('found 1 others inside for write');
    expect(
      foundBy(() => {
        one.endWrite();
      }),
    ).toContain('going out found 1 others inside for write');
  });

  test('is caught by a reader that a whole section for write has passed by', () => {
    one.beginRead();
    Atomics.add(shared.words, WITNESS.version, 1);
    expect(
      foundBy(() => {
        one.endRead();
      }),
    ).toContain('version 1, which was 0 when it came in');
  });

  test('is caught by a half-done change, when no atomic word shows anything', () => {
    one.beginRead();
    shared.words[WITNESS.left] = 7;
    expect(
      foundBy(() => {
        one.endRead();
      }),
    ).toContain('a half-done change, left 7, right 0');
  });

  test('is caught by a writer whose half-done change another one overwrote', () => {
    one.beginWrite();
    shared.words[WITNESS.left] = 7;
    expect(
      foundBy(() => {
        one.endWrite();
      }),
    ).toContain('its half-done change overwritten with 7');
  });

  test('is caught by a downgrader that sees a writer before its release', () => {
    one.beginWrite();
    one.downgrade();
    expect(
      foundBy(() => {
        other.beginWrite();
      }),
    ).toContain('0 others inside for write, 1 for read');
    expect(
      foundBy(() => {
        one.endRead();
      }),
    ).toBe('task 0, inside for read after its downgrade, going out found 1 inside for write');
  });

  test('is caught in the end by what does not add up', () => {
    one.beginWrite();
    expect(checkWitnessAtRest(shared, 2)).toEqual([
      'writers inside is 1 and should be 0',
      'version is 1 and should be 2',
      'left is 1 and should be 2',
      'right is 0 and should be 2',
    ]);
  });
});

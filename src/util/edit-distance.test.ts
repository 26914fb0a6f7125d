import { describe, expect, it } from 'vitest';
import { closest, editDistance } from './edit-distance.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['patchd', 'patched', 1],
    ['pathced', 'patched', 1],
    ['pristin', 'pristine', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('%j to %j takes %d edits', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });
});

describe('closest', () => {
  const kernels = ['pristine', 'patched'];

  it('finds the word that was meant', () => {
    expect(closest('patchd', kernels)).toBe('patched');
    expect(closest('pirstine', kernels)).toBe('pristine');
  });

  it('allows a slip in a short word, and more in a long one', () => {
    expect(closest('vn', ['vm'])).toBe('vm');
    expect(closest('foo', ['fifo'])).toBeUndefined();
    expect(closest('mmap', ['mms'])).toBeUndefined();
    expect(closest('metircs-breif', ['metrics-brief'])).toBe('metrics-brief');
  });

  it('stays silent when nothing is near', () => {
    expect(closest('nope', kernels)).toBeUndefined();
    expect(closest('', kernels)).toBeUndefined();
    expect(closest('x', ['y'])).toBeUndefined();
    expect(closest('x'.repeat(1_000_000), kernels)).toBeUndefined();
  });
});

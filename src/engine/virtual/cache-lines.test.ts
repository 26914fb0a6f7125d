import { describe, expect, it } from 'vitest';
import { CacheLines } from './cache-lines.js';
import { COSTS } from './testing/small-machine.js';

const { atomicNs: LOCAL, lineTransferNs: NEAR, lineTransferRemoteNs: FAR } = COSTS;
/** CPUs 0 and 1 are of one socket, 2 and 3 of another. */
const SOCKETS = Int32Array.of(0, 0, 1, 1);
const WORD = 64;

const fresh = (): CacheLines => new CacheLines(1024, SOCKETS, COSTS);

describe('writes', () => {
  it('of whoever has the line cost an atomic; nobody has it at first', () => {
    const lines = fresh();
    expect(lines.write(WORD, 0, 1000)).toBe(1000 + LOCAL);
    expect(lines.write(WORD, 0, 1000 + LOCAL)).toBe(1000 + 2 * LOCAL);
  });

  it.each([
    ['the same socket', 1, NEAR],
    ['another socket', 2, FAR],
  ])('from %s cost a transfer, and the line stays there', (_, cpu, cost) => {
    const lines = fresh();
    lines.write(WORD, 0, 0);
    expect(lines.write(WORD, cpu, 1000)).toBe(1000 + cost);
    expect(lines.write(WORD, cpu, 2000)).toBe(2000 + LOCAL);
    expect(lines.write(WORD, 0, 3000)).toBe(3000 + cost);
  });

  it('at one time queue up, so that a line passes on one after the other', () => {
    const lines = fresh();
    lines.write(WORD, 0, 0);
    expect(lines.write(WORD, 1, 1000)).toBe(1000 + NEAR);
    expect(lines.write(WORD, 2, 1000)).toBe(1000 + NEAR + FAR);
    expect(lines.write(WORD, 3, 1000 + NEAR)).toBe(1000 + NEAR + FAR + NEAR);
  });

  it('of one line do not wait for those of another, and words of one line share it', () => {
    const lines = fresh();
    lines.write(WORD, 0, 0);
    lines.write(WORD + 32, 0, 0);
    expect(lines.write(WORD, 1, 1000)).toBe(1000 + NEAR);
    expect(lines.write(WORD + 32, 1, 1000)).toBe(1000 + NEAR);
    expect(lines.write(WORD + 31, 1, 2000)).toBe(2000 + LOCAL);
  });

  it('from before the last transfer do not queue behind it', () => {
    const lines = fresh();
    lines.write(WORD, 0, 0);
    // CPU 1 runs ahead of CPU 2's time.
    lines.write(WORD, 1, 9000);
    expect(lines.write(WORD, 2, 1000)).toBe(1000 + FAR);
    // It was CPU 1 that had the line last.
    expect(lines.write(WORD, 1, 10_000)).toBe(10_000 + LOCAL);
  });
});

describe('reads', () => {
  it('are free for the one who wrote, and for all while nobody has', () => {
    const lines = fresh();
    expect(lines.read(WORD, 3, 10)).toBe(10);
    lines.write(WORD, 0, 0);
    expect(lines.read(WORD, 0, 1000)).toBe(1000);
  });

  it('cost every reader after a write a transfer, and after that nothing', () => {
    const lines = fresh();
    lines.write(WORD, 0, 0);
    expect(lines.read(WORD, 1, 1000)).toBe(1000 + NEAR);
    expect(lines.read(WORD, 1, 2000)).toBe(2000);
    expect(lines.read(WORD, 2, 3000)).toBe(3000 + FAR);
    expect(lines.read(WORD, 2, 4000)).toBe(4000);
    expect(lines.read(WORD, 0, 4000)).toBe(4000);
  });

  it('of a line that is read by many do not wait for each other', () => {
    const lines = fresh();
    lines.write(WORD, 0, 0);
    lines.read(WORD, 0, 1000);
    lines.read(WORD, 1, 1000);
    expect(lines.read(WORD, 2, 1000)).toBe(1000 + NEAR + FAR);
    expect(lines.read(WORD, 3, 1000)).toBe(1000 + NEAR + FAR);
  });

  it('on one socket alone make a write as dear as a near transfer', () => {
    const lines = fresh();
    lines.write(WORD, 0, 0);
    lines.read(WORD, 1, 1000);
    expect(lines.write(WORD, 0, 2000)).toBe(2000 + NEAR);
  });

  it('take the line away from who wrote: the next write calls it back from all', () => {
    const lines = fresh();
    lines.write(WORD, 0, 0);
    lines.read(WORD, 2, 1000);
    expect(lines.write(WORD, 0, 2000)).toBe(2000 + FAR);
    expect(lines.write(WORD, 0, 3000)).toBe(3000 + LOCAL);
  });

  it('wait for a transfer that is under way', () => {
    const lines = fresh();
    lines.write(WORD, 0, 0);
    lines.write(WORD, 2, 1000);
    expect(lines.read(WORD, 3, 1000 + 1)).toBe(1000 + FAR + NEAR);
  });
});

it('a spinlock is held until the one who ran ahead in time has given it up', () => {
  const lines = fresh();
  expect(lines.heldUntil(WORD)).toBe(0);
  lines.release(WORD, 700);
  expect(lines.heldUntil(WORD)).toBe(700);
  expect(lines.heldUntil(WORD + 32)).toBe(0);
});

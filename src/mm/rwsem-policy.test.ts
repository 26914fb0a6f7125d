import { describe, expect, it } from 'vitest';
import type { Op } from './op.js';
import { DEFAULT_POLICY, describePolicies, policyByName, policyNames } from './rwsem-policy.js';
import { lockHands } from './testing/lock-hands.js';

interface Waiter {
  readonly task: number;
  readonly kind: string;
  readonly op: Op<void>;
}

/**
 * Queues up a task for each letter of `arrivals` (R reader, W writer) behind a writer, lets that one
 * release or downgrade, and from then on lets all who have the lock leave at one time. Returns who
 * had it together: `W RR W`.
 */
function grantOrder(
  policyName: string,
  arrivals: string,
  opening: 'release' | 'downgrade',
): string {
  const hands = lockHands(arrivals.length + 1, policyByName(policyName, false));
  const { read, write, unread, unwrite, downgrade, park, resume, mayRun, count } = hands;
  expect(write(0).next().done).toBe(true);
  let waiting: Waiter[] = arrivals.split('').map((kind, i) => {
    const task = i + 1;
    return { task, kind, op: park(kind === 'R' ? read(task) : write(task)) };
  });
  const groups: string[] = [];
  let inside: Pick<Waiter, 'task' | 'kind'>[] = [
    { task: 0, kind: opening === 'release' ? 'W' : 'R' },
  ];
  if (opening === 'downgrade') downgrade(0);
  const admit = (): void => {
    const through = waiting.filter(({ task, op }) => mayRun(task) && resume(op));
    waiting = waiting.filter((waiter) => !through.includes(waiter));
    inside.push(...through);
  };
  if (opening === 'downgrade') admit();
  while (inside.length > 0) {
    groups.push(inside.map(({ kind }) => kind).join(''));
    const leaving = inside;
    inside = [];
    for (const { task, kind } of leaving) (kind === 'R' ? unread : unwrite)(task);
    admit();
  }
  expect([waiting.length, count()]).toEqual([0, 0]);
  return groups.slice(1).join(' ');
}

/** With the downgrader, which is then a reader, in the first group. */
function groupsAfterDowngrade(policyName: string, arrivals: string): string {
  const rest = grantOrder(policyName, arrivals, 'downgrade');
  const first = arrivals.length - rest.replaceAll(' ', '').length;
  return [`${first} beside it`, rest].join(', then ');
}

const FRAGMENTED = 'W RR W RR W';
const GROUPED = 'W RRRR W W';

describe('the queue W R R W R R W behind a writer', () => {
  it.each([
    ['fifo-4.17', FRAGMENTED],
    ['phase-fair-5.3', GROUPED],
    ['reader-steal-5.11', GROUPED],
    // A writer stood first whenever a reader came: sorting finds nothing to do.
    ['sorted-readers', FRAGMENTED],
    ['no-steal', FRAGMENTED],
    ['wake-all-on-downgrade', FRAGMENTED],
  ])('%s grants %s', (policy, order) => {
    expect(grantOrder(policy, 'WRRWRRW', 'release')).toBe(order);
  });

  it('is granted in some order by every policy there is', () => {
    for (const policy of policyNames()) {
      const order = grantOrder(policy, 'WRRWRRW', 'release').replaceAll(' ', '');
      expect(order.split('').sort().join('')).toBe('RRRRWWW');
    }
  });
});

describe('the queue R W R R W behind a writer', () => {
  it.each([
    ['fifo-4.17', 'R W RR W'],
    ['phase-fair-5.3', 'RRR W W'],
    ['reader-steal-5.11', 'RRR W W'],
    ['sorted-readers', 'RRR W W'],
    ['no-steal', 'R W RR W'],
    ['wake-all-on-downgrade', 'R W RR W'],
  ])('%s grants %s', (policy, order) => {
    expect(grantOrder(policy, 'RWRRW', 'release')).toBe(order);
  });
});

describe('a downgrade before the queue', () => {
  it.each([
    ['fifo-4.17', 'WRRW', '0 beside it, then W RR W'],
    ['fifo-4.17', 'RRWRW', '2 beside it, then W R W'],
    ['phase-fair-5.3', 'WRRW', '0 beside it, then W RR W'],
    ['phase-fair-5.3', 'RWRRW', '3 beside it, then W W'],
    ['sorted-readers', 'RWRRW', '3 beside it, then W W'],
    ['wake-all-on-downgrade', 'WRRW', '2 beside it, then W W'],
    ['wake-all-on-downgrade', 'WRRWRRW', '4 beside it, then W W W'],
  ])('%s, %s: %s', (policy, arrivals, order) => {
    expect(groupsAfterDowngrade(policy, arrivals)).toBe(order);
  });
});

it('phase-fair-5.3 grants to at most 256 readers at one time', () => {
  const arrivals = 'R'.repeat(300);
  const sizes = (policy: string): number[] =>
    grantOrder(policy, arrivals, 'release')
      .split(' ')
      .map(({ length }) => length);
  expect(sizes('phase-fair-5.3')).toEqual([256, 44]);
  expect(sizes('fifo-4.17')).toEqual([300]);
});

describe('names', () => {
  it('begin with the default and are each found', () => {
    expect(policyNames()[0]).toBe(DEFAULT_POLICY.name);
    for (const { name, title } of describePolicies()) {
      expect(policyByName(name).title).toBe(title);
      expect(policyByName(name, false)).toMatchObject({ name, spin: false });
    }
    expect(() => policyByName('fifo')).toThrow("no rwsem policy is called 'fifo'");
  });
});

describe('a count in words', () => {
  it.each([
    ['fifo-4.17', 0, 'free'],
    ['fifo-4.17', 1, '1 reader'],
    ['fifo-4.17', 3, '3 readers'],
    ['fifo-4.17', -0xffff, '1 active, 1 x waiting bias'],
    ['fifo-4.17', -0x1_0000, '0 active, 1 x waiting bias'],
    ['fifo-4.17', -0x1_ffff, '1 active, 2 x waiting bias'],
    ['phase-fair-5.3', 0, 'free'],
    ['phase-fair-5.3', 0x201, 'writer + 2 readers'],
    ['phase-fair-5.3', 0x106, '1 reader + waiters + hand-off'],
  ])('%s, %d: %s', (policy, count, words) => {
    expect(policyByName(policy).describeCount(count)).toBe(words);
  });
});

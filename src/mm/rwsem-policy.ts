/**
 * How a rwsem decides: the layout of its count word and the rules about queue, stealing and hand-off,
 * as data. `rwsem*.ts` reads them and never asks which policy it is under.
 *
 * A count is a sum: so many readers, a writer, waiters, a hand-off, each with its bias. That holds for
 * both layouts that Linux has had, so that one algorithm serves both; they differ in which bits can
 * be told apart.
 *
 * `xadd`, Linux 4.17 (kernel/locking/rwsem-xadd.c), as 32-bit kernels lay it out:
 *
 *   bits 0-15   active lockers: readers, or the one writer, and for an instant a writer that tries
 *   bits 16-31  WAITING_BIAS (-65536) iff somebody is queued, plus another one with every writer
 *
 *   0                   free, nobody queued
 *   n > 0               n readers, nobody queued
 *   WAITING_BIAS        free, somebody queued: a writer may steal it
 *   WAITING_BIAS + n    n readers beside queued waiters; n = 1 also a writer, nobody queued
 *   below WAITING_BIAS  a writer beside queued waiters
 *
 * Any waiter or writer makes it negative, which turns every new reader away from the fast path. The
 * count alone does not tell a writer from one reader before waiters; under waitLock, where it is
 * known whether somebody is queued, it does.
 *
 * `bits`, Linux 5.3 (kernel/locking/rwsem.c): bit 0 a writer, bit 1 somebody is queued, bit 2
 * hand-off: nobody but the front of the queue may take the lock; bits 8-31 readers.
 */

/** Which bits of a count mean what; `writer` given that nobody is queued. */
interface CountLayout {
  readonly readBias: number;
  readonly writeBias: number;
  readonly waitersBias: number;
  /** 0 when the layout has no such bit. */
  readonly handoffBias: number;
  /** A reader that sees one of these may not stay. */
  readonly readFailedMask: number;
  /** Lockers, as against waiters and hand-off. */
  readonly activeMask: number;
  readonly writerMask: number;
  /** Set whenever somebody is queued. */
  readonly waitersMask: number;
  /** A writer adds its bias and looks; else it exchanges, which leaves no trace when it fails. */
  readonly writersAdd: boolean;
  /** What a count says, in words. */
  readonly describeCount: (count: number) => string;
}

const XADD: CountLayout = {
  readBias: 1,
  writeBias: -0xffff,
  waitersBias: -0x1_0000,
  handoffBias: 0,
  readFailedMask: -0x8000_0000,
  activeMask: 0xffff,
  writerMask: -0x8000_0000,
  waitersMask: -0x8000_0000,
  writersAdd: true,
  describeCount: (count) => {
    if (count === 0) return 'free';
    const active = count & 0xffff;
    const biases = (active - count) / 0x1_0000;
    // One bias is a writer's or the waiters'; the count does not say which.
    return biases === 0 ? readersText(active) : `${active} active, ${biases} x waiting bias`;
  },
};

const BITS: CountLayout = {
  readBias: 0x100,
  writeBias: 1,
  waitersBias: 2,
  handoffBias: 4,
  readFailedMask: 7,
  activeMask: ~0xfe,
  writerMask: 1,
  waitersMask: 2,
  writersAdd: false,
  describeCount: (count) => {
    if (count === 0) return 'free';
    const parts: string[] = [];
    if ((count & 1) !== 0) parts.push('writer');
    if (count >>> 8 !== 0) parts.push(readersText(count >>> 8));
    if ((count & 2) !== 0) parts.push('waiters');
    if ((count & 4) !== 0) parts.push('hand-off');
    return parts.join(' + ');
  },
};

function readersText(readers: number): string {
  return readers === 1 ? '1 reader' : `${readers} readers`;
}

/** What a policy is made of; every rule has one name here, whoever came up with it. */
interface Rules {
  /** A writer may take an idle lock ahead of those who are queued. */
  readonly writersSteal: boolean;
  /** A reader may take an idle lock past the queue unless a hand-off is due (5.11). */
  readonly readersSteal: boolean;
  /** Writers wait for a running owner awake, one at a time, and then steal. */
  readonly spin: boolean;
  /** They do so for a while when readers own it, too: nobody knows whether those run (5.3). */
  readonly spinOnReaders: boolean;
  /** Whoever releases the lock may leave the waking to a spinner (4.17). */
  readonly spinnersWake: boolean;
  /** A grant to readers takes them from all over the queue, not only from its front (5.3). */
  readonly readersAnywhere: boolean;
  /** At most so many readers per grant. */
  readonly readersPerGrantMax: number;
  /** A new reader stands in front when the first in the queue is a reader (Wilcox 2018). */
  readonly sortReaders: boolean;
  /** A downgrade lets in all queued readers even when the first in the queue is a writer. */
  readonly downgradeWakesAll: boolean;
  /** From this wait on, the first in the queue gets the lock next; Infinity: never. */
  readonly handoffNs: number;
}

const LINUX_4_17: Rules = {
  writersSteal: true,
  readersSteal: false,
  spin: true,
  spinOnReaders: false,
  spinnersWake: true,
  readersAnywhere: false,
  readersPerGrantMax: Infinity,
  sortReaders: false,
  downgradeWakesAll: false,
  handoffNs: Infinity,
};

/** RWSEM_WAIT_TIMEOUT and MAX_READERS_WAKEUP of 5.3. */
const LINUX_5_3: Rules = {
  ...LINUX_4_17,
  spinOnReaders: true,
  spinnersWake: false,
  readersAnywhere: true,
  readersPerGrantMax: 256,
  handoffNs: 4_000_000,
};

export interface RwsemPolicy extends CountLayout, Rules {
  readonly name: string;
  /** One line: where it comes from and what it does. */
  readonly title: string;
}

/** One way to make them all, so that they have one hidden class wherever compiled code reads them. */
function policyOf(name: string, title: string, layout: CountLayout, rules: Rules): RwsemPolicy {
  // Without spinners there is nobody to leave the waking to.
  const spinnersWake = rules.spin && rules.spinnersWake;
  return { name, title, ...layout, ...rules, spinnersWake };
}

/** The same policy with writers that sleep at once. */
export function withoutSpin(policy: RwsemPolicy): RwsemPolicy {
  return policyOf(policy.name, policy.title, policy, { ...policy, spin: false });
}

/** Whether the lock is promised to the front of the queue. */
export function isHandoffDue({ handoffBias }: CountLayout, count: number): boolean {
  return (count & handoffBias) !== 0;
}

/** Whether a writer has the lock, for layouts whose count alone tells. */
export function isWritten({ writerMask }: CountLayout, count: number): boolean {
  return (count & writerMask) !== 0;
}

const POLICIES: readonly RwsemPolicy[] = [
  policyOf(
    'fifo-4.17',
    'Linux 4.17: in order, readers at the front together, writers steal',
    XADD,
    LINUX_4_17,
  ),
  policyOf(
    'phase-fair-5.3',
    'Linux 5.3: readers from all over the queue, up to 256; spins on readers; hand-off after 4 ms',
    BITS,
    LINUX_5_3,
  ),
  policyOf(
    'reader-steal-5.11',
    'Linux 5.11: as 5.3, and a reader takes an idle lock past the queue, with all readers in it',
    BITS,
    { ...LINUX_5_3, readersSteal: true },
  ),
  policyOf(
    'sorted-readers',
    'Wilcox 2018, never merged: as 4.17, a new reader goes in front of a first reader',
    XADD,
    { ...LINUX_4_17, sortReaders: true },
  ),
  policyOf('no-steal', 'as 4.17, strictly in order: nobody steals, nobody spins', XADD, {
    ...LINUX_4_17,
    writersSteal: false,
    spin: false,
  }),
  policyOf(
    'wake-all-on-downgrade',
    'as 4.17, and a downgrade lets all queued readers in (posted 2020, not merged)',
    XADD,
    { ...LINUX_4_17, downgradeWakesAll: true },
  ),
];

export const DEFAULT_POLICY = POLICIES[0]!;

/** Every policy's name and what it does, the default first. */
export function describePolicies(): { name: string; title: string }[] {
  return POLICIES.map(({ name, title }) => ({ name, title }));
}

export function policyNames(): string[] {
  return POLICIES.map(({ name }) => name);
}

/** With or without its spinners. Throws for a name that is not in policyNames(). */
export function policyByName(name: string, spin = true): RwsemPolicy {
  const policy = POLICIES.find((candidate) => candidate.name === name);
  if (policy === undefined) throw new Error(`no rwsem policy is called '${name}'`);
  return spin ? policy : withoutSpin(policy);
}

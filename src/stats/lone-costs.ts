/**
 * The costs of one task that nobody disturbs, reckoned from what was measured of it. The parts of a
 * fault, and those of an unmapped page, add up to what one of them took as a whole, rounding included.
 */
import type { CostName } from '../plan/machine-model.js';
import type { LoneRound, Portions } from '../samples/calibration.js';

/** Where each comes from, in the order of `LoneRound`'s names. */
export const LONE_SOURCES = {
  atomicNs: 'half of taking and leaving a free rwsem for read',
  syscallNs: 'a munmap that is turned away at once',
  linkVmaNs: 'what mmap and munmap of a page take together, beyond two calls and their atomics',
  allocBatchNs: 'a batch of frames from the zone to an empty list',
  allocTableNs: 'a third of what the first write to a mapping takes more than others',
  tlbFlushNs: 'a flush that has no other CPU to tell',
  freeTableNs: 'a third of what munmap takes more when a page, and three tables, are there',
  faultEntryNs: 'a fault of the workload, less the lock and what populate takes for a page',
  zeroPageNs: "a frame off the CPU's own list, its content set to zero",
  pteWorkNs: 'the rest of a fault of the workload, so that the parts add up to it',
  freePageNs: "a frame onto the CPU's own list, and from there to the zone",
  zapPageNs: 'the rest of a page that the workload unmaps, so that the parts add up to it',
} as const satisfies Partial<Record<CostName, string>>;

export type LoneCosts = Readonly<Record<keyof typeof LONE_SOURCES, number>>;

/** The tables that the first page of an address space needs, and its munmap frees. */
const TABLES_OF_FIRST_PAGE = 3;
/** In mmap and in munmap each: mmap_sem, its release, and the lock of the pool of VMAs. */
const ATOMICS_OF_BOTH = 2 * 3;

/** `round` is applied to every part before what is left over is reckoned. All in ns, none negative. */
export function loneCosts(
  of: Readonly<Record<keyof LoneRound, number>>,
  portions: Portions,
  round: (ns: number) => number,
): LoneCosts {
  const part = (ns: number): number => round(Math.max(0, ns));
  const atomicNs = part(of.lockPair / 2);
  const syscallNs = part(of.failedCall);
  const linkVmaNs = part(of.mmap + of.munmap - 2 * syscallNs - ATOMICS_OF_BOTH * atomicNs);
  const allocBatchNs = part(of.refill - atomicNs);
  const allocTableNs = part((of.firstWrite - of.fault) / TABLES_OF_FIRST_PAGE - atomicNs);
  const tlbFlushNs = part(of.flush);
  // Frames and tables are flushed apart.
  const lastPageNs = of.lastUnmap - of.munmap - of.unmapPage - 2 * tlbFlushNs;
  const freeTableNs = part(lastPageNs / TABLES_OF_FIRST_PAGE - atomicNs);
  const around = { atomicNs, allocBatchNs, allocTableNs, tlbFlushNs, freeTableNs };
  return {
    syscallNs,
    linkVmaNs,
    ...around,
    ...faultParts(of, portions, around, part),
    ...unmapParts(of, portions, around, part),
  };
}

type Around = Pick<
  LoneCosts,
  'atomicNs' | 'allocBatchNs' | 'allocTableNs' | 'tlbFlushNs' | 'freeTableNs'
>;

/** What a fault is made of besides the lock, and its share of batches and tables. */
function faultParts(
  { fault, populatePage, takeFrame }: Readonly<Record<keyof LoneRound, number>>,
  { batch, table }: Portions,
  { atomicNs, allocBatchNs, allocTableNs }: Around,
  part: (ns: number) => number,
): Pick<LoneCosts, 'faultEntryNs' | 'zeroPageNs' | 'pteWorkNs'> {
  const lockNs = 2 * atomicNs;
  const sharedNs = (allocBatchNs + atomicNs) / batch + (allocTableNs + atomicNs) / table;
  const inFaultNs = fault - lockNs - sharedNs;
  const faultEntryNs = part(Math.min(inFaultNs, fault - lockNs - populatePage));
  const zeroPageNs = part(Math.min(inFaultNs - faultEntryNs, takeFrame));
  return { faultEntryNs, zeroPageNs, pteWorkNs: part(inFaultNs - faultEntryNs - zeroPageNs) };
}

function unmapParts(
  { unmapPage, freeFrame }: Readonly<Record<keyof LoneRound, number>>,
  { batch, table, gather }: Portions,
  { atomicNs, freeTableNs, tlbFlushNs }: Around,
  part: (ns: number) => number,
): Pick<LoneCosts, 'freePageNs' | 'zapPageNs'> {
  // The zone's lock; the table's own, the count of pages, and the table itself; the flush.
  const sharedNs = atomicNs / batch + (2 * atomicNs + freeTableNs) / table + tlbFlushNs / gather;
  const inPageNs = unmapPage - sharedNs;
  const freePageNs = part(Math.min(inPageNs, freeFrame - atomicNs / batch));
  return { freePageNs, zapPageNs: part(inPageNs - freePageNs) };
}

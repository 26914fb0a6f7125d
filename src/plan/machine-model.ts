/**
 * A machine to be simulated: its topology, and what each kind of work costs on it. Profiles are the
 * files of `workloads/machines`; the model is what a simulation needs of one.
 */
import { closest } from '../util/edit-distance.js';

/** How sure a cost is: measured by its source, computed from such figures, or believed by experts. */
export const SURENESS = [
  'published',
  'derived',
  'measured',
  'fitted',
  'general knowledge',
] as const;
export type Sureness = (typeof SURENESS)[number];

export interface CostEntry {
  /** Whole nanoseconds, unless the name says otherwise. */
  readonly value: number;
  /** What is plausible. */
  readonly low: number;
  readonly high: number;
  readonly source: string;
  readonly sure: Sureness;
}

/** Every cost by name; the loader refuses a profile that lacks one or has another. */
export const COST_NAMES = [
  /** Entry and exit of a system call. */
  'syscallNs',
  /** Trap, entry and exit of a page fault, VMA lookup, accounting. */
  'faultEntryNs',
  /** Clearing a page of 4096 bytes. */
  'zeroPageNs',
  /** Setting one PTE and what belongs to it: reverse map, LRU, charge. */
  'pteWorkNs',
  /** Fetching a batch of 31 pages from the zone, under its lock. */
  'allocBatchNs',
  /** Clearing one PTE, its reverse map, gathering the page. */
  'zapPageNs',
  /** Freeing one gathered page. */
  'freePageNs',
  /** Allocating and zeroing a page table; walking an empty one and freeing it. */
  'allocTableNs',
  'freeTableNs',
  'splitVmaNs',
  'linkVmaNs',
  /** A flush of the own TLB; each IPI sent on top of it. */
  'tlbFlushNs',
  'ipiNs',
  /** An atomic on a cache line that the CPU has already. */
  'atomicNs',
  /** The same on a line that another CPU of the socket, or of another socket, has. */
  'lineTransferNs',
  'lineTransferRemoteNs',
  /** Making another task runnable; until it runs on an idle CPU; from one task to the next. */
  'wakeUpNs',
  'wakeLatencyNs',
  'contextSwitchNs',
  /** How long a task keeps its CPU when others wait for it. */
  'sliceNs',
  /** How long everything takes while the other thread of the core is busy, per cent of alone. */
  'smtPercent',
  /** How far a single piece of work may be off its cost, evenly spread, per cent either way. */
  'workSpreadPercent',
] as const;

export type CostName = (typeof COST_NAMES)[number];

export type Costs = Readonly<Record<CostName, number>>;

export interface Topology {
  readonly sockets: number;
  readonly coresPerSocket: number;
  readonly threadsPerCore: number;
}

export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly topology: Topology;
  readonly memoryBytes: number;
  readonly costs: Readonly<Record<CostName, CostEntry>>;
}

/** What is wrong with a profile, or with what is to be changed in it. */
export class BadProfile extends Error {
  override readonly name = 'BadProfile';
}

/** What a simulation needs of a profile: plain numbers. */
export interface MachineModel {
  readonly name: string;
  readonly cpus: number;
  readonly topology: Topology;
  readonly costs: Costs;
}

export function cpusOf({ sockets, coresPerSocket, threadsPerCore }: Topology): number {
  return sockets * coresPerSocket * threadsPerCore;
}

/**
 * Where CPU number `cpu` is. Numbers go as Linux gives them on such machines: first one thread of
 * every core, alternating between the sockets as the scheduler spreads tasks, then their siblings.
 */
export function placeOf(
  cpu: number,
  { sockets, coresPerSocket }: Topology,
): { socket: number; core: number } {
  const cores = sockets * coresPerSocket;
  const core = cpu % cores;
  return { socket: core % sockets, core };
}

/** The profile in a file's text. Throws BadProfile. */
export function parseProfile(text: string): Profile {
  let profile: Partial<Profile>;
  try {
    profile = JSON.parse(text) as Partial<Profile>;
  } catch (cause) {
    throw new BadProfile('it is not JSON', { cause });
  }
  const { name, title, topology, memoryBytes, costs } = profile;
  if (typeof name !== 'string' || typeof title !== 'string') throw new BadProfile('it has no name');
  if (!isWhole(memoryBytes)) throw new BadProfile('memoryBytes is not a whole number');
  for (const part of ['sockets', 'coresPerSocket', 'threadsPerCore'] as const) {
    if (!isWhole(topology?.[part])) throw new BadProfile(`topology.${part} is not a whole number`);
  }
  const unknown = Object.keys(costs ?? {}).find((key) => !isCostName(key));
  if (unknown !== undefined) throw new BadProfile(`there is no cost called ${unknown}`);
  for (const cost of COST_NAMES) checkCost(cost, costs?.[cost]);
  return profile as Profile;
}

function checkCost(name: CostName, entry: CostEntry | undefined): void {
  if (entry === undefined) throw new BadProfile(`it has no ${name}`);
  const { value, low, high, source, sure } = entry;
  if (!Number.isInteger(value) || value < 0) {
    throw new BadProfile(`${name} is not a whole number of at least 0`);
  }
  if (!(low <= value && value <= high)) {
    throw new BadProfile(`${name} is not from ${low} to ${high}, as its own range says`);
  }
  if (source === '' || !SURENESS.includes(sure))
    throw new BadProfile(`${name} does not say where it comes from`);
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

function isCostName(name: string): name is CostName {
  return (COST_NAMES as readonly string[]).includes(name);
}

/**
 * The model of a profile with some costs set to other values, `zapPageNs=214`, and another number of
 * CPUs: what is more than the topology has comes as further sockets. Throws BadProfile.
 */
export function modelOf(
  profile: Profile,
  changes: readonly string[] = [],
  cpus: number = cpusOf(profile.topology),
): MachineModel {
  const costs = Object.fromEntries(
    COST_NAMES.map((name) => [name, profile.costs[name].value]),
  ) as Record<CostName, number>;
  for (const change of changes) {
    const [, name = '', value = ''] = /^(\w+)=(\d+)$/.exec(change) ?? [];
    if (name === '') throw new BadProfile(`'${change}' is not of the form NAME=WHOLE_NUMBER`);
    if (!isCostName(name)) {
      const near = closest(name, COST_NAMES);
      const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
      throw new BadProfile(`there is no cost called '${name}'${hint}`);
    }
    costs[name] = Number(value);
  }
  for (const name of COST_NAMES) checkRange(name, costs[name]);
  const { coresPerSocket, threadsPerCore } = profile.topology;
  const sockets = Math.max(
    profile.topology.sockets,
    Math.ceil(cpus / (coresPerSocket * threadsPerCore)),
  );
  return { name: profile.name, cpus, topology: { ...profile.topology, sockets }, costs };
}

/** Beyond a second, sums of costs would leave the whole numbers that a double can hold. */
const COST_MAX = 1e9;
/** Without these, a simulation would not get on in time; with more than 100 per cent, it might go back. */
const RANGES: Partial<Record<CostName, readonly [least: number, most: number]>> = {
  syscallNs: [1, COST_MAX],
  faultEntryNs: [1, COST_MAX],
  sliceNs: [1, COST_MAX],
  workSpreadPercent: [0, 100],
};

function checkRange(name: CostName, value: number): void {
  const [least, most] = RANGES[name] ?? [0, COST_MAX];
  if (value >= least && value <= most) return;
  throw new BadProfile(`${name} takes a whole number from ${least} to ${most}, not ${value}`);
}

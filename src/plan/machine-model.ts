/**
 * A machine to be simulated: its topology, and what each kind of work costs on it. Profiles are the
 * files of `workloads/machines`; the model is what a simulation needs of one.
 */
import { closest } from '../util/edit-distance.js';
import { isRecord, isText, isWhole } from '../util/json-value.js';

/** The profile of the machine at hand, which a calibration writes. */
export const THIS_HOST = 'this-host';

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
  /** Splitting a VMA; linking one into the index, or unlinking it. */
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
  /** User mode writing or reading every byte of a page. */
  'userPageNs',
  /** Copying a page between a file's cache and user memory. */
  'copyPageNs',
  /** Putting a page into a file's cache, making it dirty, writing it back: the kernel's part of each. */
  'filePageNs',
  /** The disk under files: what a request takes whatever its size, and a page of it on top. */
  'diskLatencyNs',
  'diskPageNs',
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
  /** Costs that are not the profile's, `zapPageNs=214`; none is left out. */
  readonly changed?: readonly string[];
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

/** A longer time for one piece of work, 1000 s, would leave whole numbers behind in sums. */
const COST_MAX = 1e12;
/** Of a profile, and of what stands for CPUs, cores and sockets in it. */
const CPUS_MAX = 1024;

const PROFILE_KEYS = ['$schema', 'name', 'title', 'topology', 'memoryBytes', 'costs'] as const;
const TOPOLOGY_KEYS = ['sockets', 'coresPerSocket', 'threadsPerCore'] as const;
const ENTRY_KEYS = ['value', 'low', 'high', 'source', 'sure'] as const;

type Fields<Key extends string> = Readonly<Partial<Record<Key, unknown>>>;

/**
 * The profile in a file's text; `workloads/machine.schema.json` says the same for other tools. Throws
 * BadProfile, whose message goes on where the name of the file stands.
 */
export function parseProfile(text: string): Profile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BadProfile('it is not JSON', { cause });
  }
  const profile = fieldsOf(value, 'it', PROFILE_KEYS);
  for (const key of ['name', 'title'] as const) {
    if (!isText(profile[key])) throw new BadProfile(`it has no ${key}`);
  }
  const topology = fieldsOf(profile.topology, 'topology', TOPOLOGY_KEYS);
  for (const part of TOPOLOGY_KEYS) {
    if (isWhole(topology[part], 1, CPUS_MAX)) continue;
    throw new BadProfile(`topology.${part} is not a whole number from 1 to ${CPUS_MAX}`);
  }
  if (!isWhole(profile.memoryBytes, 1, Number.MAX_SAFE_INTEGER)) {
    throw new BadProfile('memoryBytes is not a whole number of at least 1');
  }
  const costs = fieldsOf(profile.costs, 'costs', COST_NAMES);
  for (const cost of COST_NAMES) checkCost(cost, costs[cost]);
  const checked = value as Profile;
  if (cpusOf(checked.topology) > CPUS_MAX) {
    throw new BadProfile(`its ${cpusOf(checked.topology)} CPUs are more than ${CPUS_MAX}`);
  }
  return checked;
}

function checkCost(name: CostName, entry: unknown): void {
  if (entry === undefined) throw new BadProfile(`it has no ${name}`);
  const { value, low, high, source, sure } = fieldsOf(entry, name, ENTRY_KEYS);
  if (!isCost(name, value)) throw new BadProfile(`${name} is not ${expectedOf(name)}`);
  if (typeof low !== 'number' || typeof high !== 'number' || !(low >= 0)) {
    throw new BadProfile(`${name} has no range: low and high are numbers of at least 0`);
  }
  if (!(low <= value && value <= high)) {
    throw new BadProfile(`${name} is ${value}, which is not from ${low} to ${high}, its own range`);
  }
  if (!isText(source)) throw new BadProfile(`${name} does not say where it comes from (source)`);
  if (!(SURENESS as readonly unknown[]).includes(sure)) {
    throw new BadProfile(`${name} does not say how sure it is: one of ${SURENESS.join(', ')}`);
  }
}

/** An object with no key that nobody knows: it would be a slip, and what it means be left out. */
function fieldsOf<Key extends string>(
  value: unknown,
  what: string,
  keys: readonly Key[],
): Fields<Key> {
  if (!isRecord(value)) throw new BadProfile(`${what} is not an object`);
  const stranger = Object.keys(value).find((key) => !(keys as readonly string[]).includes(key));
  if (stranger !== undefined) {
    throw new BadProfile(`${what} has an unknown ${quotedWithHint(stranger, keys)}`);
  }
  return value as Fields<Key>;
}

function quotedWithHint(word: string, known: readonly string[]): string {
  const near = closest(word, known);
  return near === undefined ? `'${word}'` : `'${word}' (did you mean '${near}'?)`;
}

/** A slice without length would never end, nor would a spin if a look at a word took no time. */
function leastOf(name: CostName): number {
  return name === 'sliceNs' || name === 'atomicNs' ? 1 : 0;
}

/** Work that is off by more than itself would take less than no time. */
function mostOf(name: CostName): number {
  return name === 'workSpreadPercent' ? 100 : COST_MAX;
}

function isCost(name: CostName, value: unknown): value is number {
  return isWhole(value, leastOf(name), mostOf(name));
}

function expectedOf(name: CostName): string {
  return `a whole number from ${leastOf(name)} to ${mostOf(name)}`;
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
  const given = new Set<CostName>();
  for (const change of changes) {
    const [, name = '', value = ''] = /^(\w+)=(\d+)$/.exec(change) ?? [];
    if (name === '') throw new BadProfile(`'${change}' is not of the form NAME=WHOLE_NUMBER`);
    if (!isCostName(name)) {
      throw new BadProfile(`there is no cost called ${quotedWithHint(name, COST_NAMES)}`);
    }
    if (!isCost(name, Number(value))) {
      throw new BadProfile(`${name} takes ${expectedOf(name)}, not ${value}`);
    }
    if (given.has(name)) throw new BadProfile(`${name} is given twice; give it once`);
    given.add(name);
    costs[name] = Number(value);
  }
  const { coresPerSocket, threadsPerCore } = profile.topology;
  const sockets = Math.max(
    profile.topology.sockets,
    Math.ceil(cpus / (coresPerSocket * threadsPerCore)),
  );
  const changed = COST_NAMES.filter((name) => costs[name] !== profile.costs[name].value).map(
    (name) => `${name}=${costs[name]}`,
  );
  const topology = { ...profile.topology, sockets };
  return { name: profile.name, cpus, topology, costs, ...(changed.length > 0 && { changed }) };
}

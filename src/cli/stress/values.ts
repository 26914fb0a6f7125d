/**
 * Values as stress-ng writes them, and its complaints about wrong ones. Where it reads `1.5M` as 1 MiB
 * without a word, a fraction of a unit is refused here.
 */
import type { Compat } from '../../plan/stress.js';

/** The message is a whole sentence without a period, as stress-ng's are. */
export class BadValue extends Error {
  override readonly name = 'BadValue';
}

/** The machine that a run is on: what 0 instances and percentages go by. */
export interface Host {
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Of one entry, after 0 and negative numbers have become CPUs. */
const INSTANCES_MAX = 8192;

export const OPS_RANGE: Range = { min: 1, max: 100_000_000 };

/** For ever is a time, too: longer than anybody waits, and still a number that can be counted with. */
export const FOR_EVER_SECONDS = 100 * 31_536_000;

const SECONDS_PER: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** A year has 365.2422 days up to 0.15.06, and 365 since. */
const SECONDS_PER_YEAR: Readonly<Record<Compat, number>> = {
  '0.09.31': 31_556_926,
  '0.15.06': 31_556_926,
  head: 31_536_000,
};

/** In the order of their powers of 1024. */
const SIZE_SUFFIXES = 'bkmgtpe';

/** `4`; 0 and negative numbers for one per CPU; `50%` of the CPUs, at least one. Throws BadValue. */
export function parseInstances(text: string, stressor: string, { cpus }: Host): number {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  if (percent !== undefined) {
    return checkInstances(Math.max(1, Math.floor((cpus * Number(percent)) / 100)), stressor);
  }
  const number = /^-\d+$/.test(text) ? -1 : wholeNumber(text, `number of ${stressor} stressors`);
  // Configured CPUs and those that are online: all of a simulated machine's are both.
  return checkInstances(number > 0 ? number : cpus, stressor);
}

function checkInstances(instances: number, stressor: string): number {
  if (instances <= INSTANCES_MAX) return instances;
  throw new BadValue(
    `number of ${stressor} stressors must be between 0 and ${INSTANCES_MAX}, not ${instances}`,
  );
}

/** A whole number without suffix. Throws BadValue. */
export function parseCount(text: string, name: string, { min, max }: Range): number {
  const number = wholeNumber(text, name);
  if (number >= min && number <= max) return number;
  throw new BadValue(`value ${text} is out of range for ${name}, allowed: ${min} .. ${max}`);
}

/** Bytes of `80G`, or of `12.5%` of the machine's memory. Throws BadValue. */
export function parseSize(text: string, name: string, range: Range, host: Host): number {
  const bytes = bytesOf(text, name, host);
  if (bytes >= range.min && bytes <= range.max) return bytes;
  const [given, min, max] = [bytes, range.min, range.max].map(roughSize);
  throw new BadValue(`value ${given} is out of range for ${name}, allowed: ${min} .. ${max}`);
}

function bytesOf(text: string, name: string, { memoryBytes }: Host): number {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  if (percent !== undefined) return Math.floor((memoryBytes * Number(percent)) / 100);
  if (/^(LLC|L[1-5])$/i.test(text)) {
    throw new BadValue(
      `${name} cannot be '${text}', as no caches are simulated: give a size such as 2M`,
    );
  }
  if (/^\d+\.\d+[a-z]?$/i.test(text)) {
    throw new BadValue(
      `${name} takes whole numbers, not '${text}', of which stress-ng drops the fraction: ` +
        'write a smaller unit, such as 1536K for 1.5M',
    );
  }
  const [, digits, suffix = 'b'] = /^(\d+)([a-z])?$/i.exec(text) ?? [];
  if (digits === undefined) return wholeNumber(text, name);
  const power = SIZE_SUFFIXES.indexOf(suffix.toLowerCase());
  if (power !== -1) return Number(digits) * 1024 ** power;
  throw new BadValue(
    `illegal length specifier '${suffix}' in '${text}' for ${name}, allowed: b k m g t p e, or %`,
  );
}

/** Seconds of `600s`; 0 is for ever. Throws BadValue. */
export function parseTime(text: string, name: string, compat: Compat): number {
  const [, digits, suffix = 's'] = /^(\d+)([a-z])?$/i.exec(text) ?? [];
  if (digits === undefined && /^\d+\.\d+[a-z]?$/i.test(text)) {
    throw new BadValue(`${name} takes whole numbers such as 90s, not '${text}'`);
  }
  if (digits === undefined) return wholeNumber(text, name);
  const unit = suffix.toLowerCase();
  const seconds = unit === 'y' ? SECONDS_PER_YEAR[compat] : SECONDS_PER[unit];
  if (seconds === undefined) {
    throw new BadValue(
      `illegal time specifier '${suffix}' in '${text}' for ${name}, allowed: s m h d w y`,
    );
  }
  const total = Number(digits) * seconds;
  if (total <= FOR_EVER_SECONDS) return total;
  throw new BadValue(`value ${text} is out of range for ${name}, allowed: 0 (for ever) .. 100y`);
}

/**
 * A whole number of 64 bits. Those above 2^53-1, the most that a plan has, are folded into fewer bits,
 * so that different ones stay different ones nearly always. Throws BadValue.
 */
export function parseSeed(text: string): number {
  wholeNumber(text, 'seed');
  const seed = BigInt(text);
  if (seed >= 2n ** 64n) {
    throw new BadValue(`value ${text} is out of range for seed, allowed: 0 .. ${2n ** 64n - 1n}`);
  }
  if (seed <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(seed);
  return Number(BigInt.asUintN(53, seed ^ (seed >> 53n)));
}

/** One of several words. Throws BadValue. */
export function parseName<Name extends string>(
  text: string,
  name: string,
  names: readonly Name[],
): Name {
  const found = names.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  throw new BadValue(`${name} must be one of: ${names.join(' ')}, not '${text}'`);
}

/** The numbers of CPUs that `0,2-3`, `even`, `odd` or `all` names, in ascending order. Throws BadValue. */
export function parseCpus(text: string, cpus: number): readonly number[] {
  const chosen = new Set(text.split(',').flatMap((part) => cpusOf(part, text, cpus)));
  return [...chosen].sort((a, b) => a - b);
}

function cpusOf(part: string, text: string, cpus: number): number[] {
  const all = Array.from({ length: cpus }, (_, cpu) => cpu);
  if (part === 'all') return all;
  if (part === 'even') return all.filter((cpu) => cpu % 2 === 0);
  if (part === 'odd') return all.filter((cpu) => cpu % 2 === 1);
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
  if (first === undefined) {
    throw new BadValue(
      `taskset takes CPUs such as 0,2-3, or even, odd or all, not '${part}'${inList(part, text)}`,
    );
  }
  if (part.includes('-') && Number(last) <= Number(first)) {
    throw new BadValue(
      `invalid range '${part}' in taskset, where the second number must be above the first`,
    );
  }
  if (Number(last) >= cpus) {
    throw new BadValue(
      `invalid CPU ${last} in taskset, allowed: 0 to ${cpus - 1}, those of the simulated machine`,
    );
  }
  return all.slice(Number(first), Number(last) + 1);
}

function inList(part: string, text: string): string {
  return part === text ? '' : ` in '${text}'`;
}

function wholeNumber(text: string, name: string): number {
  if (/^-\d+/.test(text)) throw new BadValue(`invalid negative number ${text} for ${name}`);
  const tail = text.replace(/^\d+/, '');
  if (text !== '' && tail === '') return Number(text);
  const what = tail === '' ? 'is empty' : `contains non-numeric '${tail}'`;
  throw new BadValue(`value '${text}' of ${name} ${what}`);
}

const ROUGH_UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** `4.0KB`, as stress-ng shows limits. */
function roughSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < ROUGH_UNITS.length - 1; unit++) size /= 1024;
  return unit === 0 ? `${bytes}B` : `${size.toFixed(1)}${ROUGH_UNITS[unit]}`;
}

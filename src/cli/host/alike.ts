/** Settings that make the simulated machine like the real one where the command line leaves them open. */
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { linuxVersions } from '../../mm/kernel-rules.js';
import { COMPATS, type Compat } from '../../plan/stress.js';
import { isBefore } from '../../util/version-order.js';
import { isGiven } from './stress-options.js';

/** What the simulation should know of the machine. */
export interface MachineFacts {
  /** `6.18.44`. */
  readonly release: string;
  /** `always`; undefined where the kernel has no transparent huge pages. */
  readonly thp: string | undefined;
  readonly maxMapCount: number | undefined;
}

export function machineFacts(): MachineFacts {
  const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const thp = /\[(\w+)\]/.exec(read('/sys/kernel/mm/transparent_hugepage/enabled'))?.[1];
  const maxMapCount = Number(read('/proc/sys/vm/max_map_count'));
  return {
    release: os.release(),
    thp,
    maxMapCount: maxMapCount > 0 ? maxMapCount : undefined,
  };
}

/** Releases in which stress-ng's mmap stressor became another: of each form the first. */
const FIRST_OF: readonly (readonly [Compat, string])[] = [
  ['head', '0.17.05'],
  // MADV_POPULATE_READ and hole punching came one by one in between.
  ['0.15.06', '0.13.00'],
];

/** The form of the mmap stressor that an installed version has. */
export function compatOf(version: string): Compat {
  return FIRST_OF.find(([, first]) => !isBefore(version, first))?.[0] ?? COMPATS[0];
}

/** The newest of the simulated versions that is no newer than the kernel, else the oldest. */
export function linuxLike(release: string, known: readonly string[] = linuxVersions()): string {
  const oldestFirst = [...known].sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return oldestFirst.findLast((version) => !isBefore(release, version)) ?? oldestFirst[0]!;
}

/** Options to stand in front of those that were given, which count for more. */
export function optionsAlike(
  words: readonly string[],
  version: string,
  { release, thp, maxMapCount }: MachineFacts,
): string[] {
  const options: readonly (readonly [string, string | undefined])[] = [
    ['mmap-compat', compatOf(version)],
    ['linux', linuxLike(release)],
    ['thp', thp ?? 'never'],
    ['max-map-count', maxMapCount === undefined ? undefined : String(maxMapCount)],
  ];
  return options.flatMap(([name, value]) =>
    value === undefined || isGiven(words, name) ? [] : [`--${name}`, value],
  );
}

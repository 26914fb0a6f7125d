/**
 * What a plan of stress-ng's kind says: entries of stressors that run side by side, each with so many
 * instances, an instance being one or more processes of one or more threads.
 */

/** The three forms of stress-ng's mmap stressor, by the releases that they are read from. */
export const COMPATS = ['0.09.31', '0.15.06', 'head'] as const;
export type Compat = (typeof COMPATS)[number];

/** A stressor's own settings by their names behind the stressor's: `bytes`, `file`; bytes in bytes. */
export type HogOptions = Readonly<Record<string, number | boolean | string>>;

/** `--mmap 4 --mmap-bytes 1G`: all settings resolved and checked. */
export interface StressEntry {
  readonly stressor: string;
  /** At least 1. */
  readonly instances: number;
  /** Operations after which an instance ends; null: with the window alone. */
  readonly opsPerInstance: number | null;
  /** Every option that the stressor has. Totals are totals still; `perInstance` divides. */
  readonly options: HogOptions;
}

export interface StressPlan {
  readonly entries: readonly StressEntry[];
  readonly compat: Compat;
  /** `--verify`: what was written is read back. */
  readonly verify: boolean;
  readonly pageIn: boolean;
  readonly noMadvise: boolean;
  /** Memory of the machine that is simulated, bytes: what `%` and stressors that fill it go by. */
  readonly memoryBytes: number;
  /** All instances in one address space, as threads (`--mms 1`). */
  readonly sharedMm: boolean;
}

/** The part of a plan that says the same for all its tasks. */
export type StressSetting = Omit<StressPlan, 'entries'>;

/** A plan's entries from what differs from the presets, for callers that are no command line. */
import type { Compat, HogOptions, StressPlan } from '../plan/stress.js';
import { presetsOf } from './hog-presets.js';
import { sizeOf } from './hog-layout.js';
import { hogByName } from './stressors/hogs.js';

export interface HogEntry {
  readonly stressor: string;
  /** 1 without it. */
  readonly instances?: number;
  /** For each instance; without it until the time is up. */
  readonly ops?: number;
  /** Those that are not the presets. */
  readonly options?: HogOptions;
}

export interface HogEntries extends Partial<Omit<StressPlan, 'entries' | 'memoryBytes'>> {
  readonly entries: readonly HogEntry[];
  readonly compat?: Compat;
  readonly memoryBytes: number;
}

/** With how many tasks and address spaces it takes. Throws for a name that no hog has. */
export function stressPlanOf(what: HogEntries): {
  readonly stress: StressPlan;
  readonly tasks: number;
  readonly mms: number;
} {
  const { compat = 'head', verify = false, pageIn = false, noMadvise = false } = what;
  const { sharedMm = false, memoryBytes } = what;
  const entries = what.entries.map(({ stressor, instances = 1, ops, options }) => ({
    stressor,
    instances,
    opsPerInstance: ops ?? null,
    options: { ...presetsOf(hogByName(stressor)), ...options },
  }));
  const stress = { entries, compat, verify, pageIn, noMadvise, memoryBytes, sharedMm };
  return { stress, ...sizeOf(stress) };
}

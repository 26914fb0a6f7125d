/**
 * Settings of simulated memory that a plan has only where they are not the defaults, so that plans made
 * before there was such a setting, and all that was saved with them, stay what they are.
 */

/** What tasks map their shares from: anonymous memory, or a file of each task's own. */
export const BACKINGS = ['anonymous', 'disk', 'tmpfs'] as const;
export type Backing = (typeof BACKINGS)[number];

/** Settings of `/sys/kernel/mm/transparent_hugepage/enabled`. */
export const THP_SETTINGS = ['never', 'madvise', 'always'] as const;
export type ThpSetting = (typeof THP_SETTINGS)[number];

export interface MemorySettings {
  readonly backing: Backing;
  readonly thp: ThpSetting;
  /** Version of Linux whose address space it is (`src/mm/kernel-rules.ts`), the locks aside. */
  readonly linux: string;
}

export const MEMORY_DEFAULTS: MemorySettings = Object.freeze({
  backing: 'anonymous',
  thp: 'madvise',
  linux: '6.18',
});

/** All of them, those that are left out being the defaults. */
export function memoryOf({ backing, thp, linux }: Partial<MemorySettings>): MemorySettings {
  return {
    backing: backing ?? MEMORY_DEFAULTS.backing,
    thp: thp ?? MEMORY_DEFAULTS.thp,
    linux: linux ?? MEMORY_DEFAULTS.linux,
  };
}

/** Those alone that are not the defaults, as a plan has them. */
export function unusualMemory(settings: Partial<MemorySettings>): Partial<MemorySettings> {
  const { backing, thp, linux } = memoryOf(settings);
  return {
    ...(backing === MEMORY_DEFAULTS.backing ? {} : { backing }),
    ...(thp === MEMORY_DEFAULTS.thp ? {} : { thp }),
    ...(linux === MEMORY_DEFAULTS.linux ? {} : { linux }),
  };
}

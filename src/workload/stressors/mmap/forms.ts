/**
 * The three forms of stress-ng's mmap stressor as data: what each draws from, and where it differs.
 * Tables have the entries of builds that do not see the kernel's own headers.
 */
import { MAP } from '../../../mm/uapi.js';
import type { Compat } from '../../../plan/stress.js';
import { LOSSLESS_ADVICES, OLD_LOSSLESS_ADVICES } from '../random-advice.js';
import { AT_RANDOM } from './at-random.js';
import { IN_RUNS } from './in-runs.js';
import type { Unmapping } from './unmapping.js';

/** When pages are made present before they are used ("touch through mincore"). */
export type Touching =
  /** `--page-in` alone, by writes to every page. */
  | 'asked'
  /** Always, by MADV_POPULATE_READ; where that fails, as `asked`. */
  | 'reads'
  /** `--page-in` alone, by MADV_POPULATE_READ and _WRITE; where those fail, by writes to absent pages. */
  | 'asked writes';

export interface Form {
  /** One is drawn for the big mapping of every operation; 0 is no flag. */
  readonly flags: readonly number[];
  readonly advices: readonly number[];
  /** Failed mmaps of the big region after which a child gives up. */
  readonly failuresMax: number;
  /** Whether a big mapping that works makes all failures forgotten. */
  readonly successClearsFailures: boolean;
  /** Flags that a failure takes out of all later draws, once MAP_POPULATE is gone. */
  readonly masks: readonly number[];
  /** Whether the address hint is drawn, too: none, or one that no mapping can have. */
  readonly drawsHint: boolean;
  readonly touching: Touching;
  /** Whether pages are advised, and written in full and checked, without being asked to. */
  readonly usesPagesUnasked: boolean;
  /** Whether the options mlock, madvise, mergeable, slow-munmap and write-check are known. */
  readonly optIn: boolean;
  /** Whether six invalid mprotects go before the cycle of five. */
  readonly protectsWrongly: boolean;
  /** Whether a page of the file becomes a hole again once it is mapped back. */
  readonly punches: boolean;
  readonly asyncMeansFile: boolean;
  /** Whether a munmap that finds too many VMAs is tried again. */
  readonly retriesMunmap: boolean;
  /** Whether an operation ends with steps 4 to 10. */
  readonly hasClosingCalls: boolean;
  /** Whether a failed check ends the child. */
  readonly endsOnFailure: boolean;
  readonly unmapping: Unmapping;
}

const OLD_FLAGS: readonly number[] = [
  MAP.nonBlock,
  MAP.growsDown,
  MAP.locked,
  MAP.bit32,
  MAP.stack,
  0,
];

const FLAGS: readonly number[] = [
  MAP.hugetlb,
  MAP.nonBlock,
  MAP.growsDown,
  MAP.locked,
  MAP.bit32,
  MAP.noReserve,
  MAP.stack,
  MAP.executable,
  MAP.denyWrite,
  0,
];

const FORM_0_09_31: Form = {
  flags: OLD_FLAGS,
  advices: OLD_LOSSLESS_ADVICES,
  failuresMax: 256,
  successClearsFailures: false,
  masks: [],
  drawsHint: false,
  touching: 'asked',
  usesPagesUnasked: true,
  optIn: false,
  protectsWrongly: false,
  punches: false,
  asyncMeansFile: true,
  retriesMunmap: false,
  hasClosingCalls: false,
  endsOnFailure: false,
  unmapping: AT_RANDOM,
};

const FORM_0_15_06: Form = {
  ...FORM_0_09_31,
  flags: FLAGS,
  advices: LOSSLESS_ADVICES,
  failuresMax: 65_536,
  successClearsFailures: true,
  masks: [MAP.hugetlb, MAP.uninitialized, MAP.denyWrite],
  drawsHint: true,
  touching: 'reads',
  protectsWrongly: true,
  punches: true,
  asyncMeansFile: false,
  hasClosingCalls: true,
};

const FORM_HEAD: Form = {
  ...FORM_0_15_06,
  flags: [...FLAGS, MAP.sync],
  masks: [MAP.uninitialized, MAP.denyWrite],
  touching: 'asked writes',
  usesPagesUnasked: false,
  optIn: true,
  retriesMunmap: true,
  endsOnFailure: true,
  unmapping: IN_RUNS,
};

export const FORMS: Readonly<Record<Compat, Form>> = {
  '0.09.31': FORM_0_09_31,
  '0.15.06': FORM_0_15_06,
  head: FORM_HEAD,
};

/** What the options of the mmap stressor come to for one instance. */
import { FILE_KIND, PAGE_SIZE } from '../../../mm/layout.js';
import type { FileKind } from '../../../mm/file.js';
import type { IoMode } from '../../../mm/system-calls.js';
import { MS } from '../../../mm/uapi.js';
import type { HogOption, HogSetting } from '../../hog.js';
import { sharePages } from '../../pages.js';
import { NUMA } from '../common-options.js';
import { FORMS, type Form } from './forms.js';

export interface MmapSetting {
  readonly form: Form;
  readonly pages: number;
  readonly bytes: number;
  /** Of the file that is mapped; undefined for private anonymous memory. */
  readonly fileKind: FileKind | undefined;
  readonly io: IoMode;
  /** MS_*: how msync is called. */
  readonly sync: number;
  readonly advises: boolean;
  /** Whether pages are written and checked beyond what a file is filled with. */
  readonly writes: boolean;
  readonly protects: boolean;
  readonly locks: boolean;
  readonly merges: boolean;
  readonly unmapsSlowly: boolean;
  /** Whether the whole region is read back, too, not only single pages. */
  readonly verifies: boolean;
  readonly pageIn: boolean;
}

/** The range check of stress-ng, which it prints as 256.0TB. */
const BYTES_MAX = 2 ** 48 - 1;

export const OPTIONS = {
  bytes: {
    takes: 'size',
    preset: 256 * 2 ** 20,
    min: PAGE_SIZE,
    max: BYTES_MAX,
    help: 'map so many bytes in all, divided among the instances',
  },
  file: { takes: 'nothing', help: 'map a file shared and msync it, instead of anonymous memory' },
  'file-kind': {
    takes: 'name',
    preset: 'disk',
    names: Object.keys(FILE_KIND),
    help: 'where the file is; not an option of stress-ng, which goes by its temporary directory',
  },
  async: {
    takes: 'nothing',
    help: 'msync with MS_ASYNC; in 0.09.31 it turns --mmap-file on, too',
  },
  odirect: { takes: 'nothing', means: ['file'], help: 'open the file with O_DIRECT' },
  osync: { takes: 'nothing', means: ['file'], help: 'open the file with O_SYNC' },
  mprotect: { takes: 'nothing', help: 'go through five protections, of all and of every page' },
  mmap2: { takes: 'nothing', help: 'has no effect on a 64-bit machine' },
  numa: NUMA,
  madvise: { takes: 'nothing', help: 'head: random advice; the older forms always give it' },
  mergeable: { takes: 'nothing', help: 'head: advise all that is mapped to be merged' },
  mlock: { takes: 'nothing', help: 'head: mlock all that is mapped' },
  'slow-munmap': {
    takes: 'nothing',
    help: 'head: unmap page by page, not in runs; the older forms always do',
  },
  'write-check': {
    takes: 'nothing',
    help: 'head: write to every page and check it; the older forms always do',
  },
  stressful: {
    takes: 'nothing',
    means: ['mergeable', 'mprotect', 'file', 'odirect', 'madvise', 'mlock', 'numa', 'slow-munmap'],
    help: 'head: all that makes it harder for the kernel',
  },
} as const satisfies Readonly<Record<string, HogOption>>;

type Switch = {
  [name in keyof typeof OPTIONS]: (typeof OPTIONS)[name]['takes'] extends 'nothing' ? name : never;
}[keyof typeof OPTIONS];

export function mmapSettingOf(setting: HogSetting): MmapSetting {
  const { options, compat, instances, noMadvise, pageIn, verify } = setting;
  const form = FORMS[compat];
  const has = (name: Switch): boolean => options[name] === true;
  const knows = (name: Switch): boolean => form.optIn && has(name);
  const mapsFile = has('file') || (form.asyncMeansFile && has('async'));
  const pages = sharePages(options['bytes'] as number, instances);
  return {
    form,
    pages,
    bytes: pages * PAGE_SIZE,
    fileKind: mapsFile ? FILE_KIND[options['file-kind'] as keyof typeof FILE_KIND] : undefined,
    io: { direct: has('odirect'), sync: has('osync') },
    sync: has('async') ? MS.async : MS.sync,
    advises: !noMadvise && (form.usesPagesUnasked || knows('madvise')),
    writes: form.usesPagesUnasked || knows('write-check'),
    protects: has('mprotect'),
    locks: knows('mlock'),
    merges: knows('mergeable'),
    unmapsSlowly: knows('slow-munmap'),
    verifies: verify,
    pageIn,
  };
}

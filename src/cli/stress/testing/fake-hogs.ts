/** Stressors that do nothing, with options of every kind. */
import type { Hog, HogClass, HogOption } from '../../../workload/hog.js';
import type { Host } from '../values.js';

const BYTES = {
  takes: 'size',
  help: 'total',
  preset: 256 * 1024 ** 2,
  min: 4096,
  max: 2 ** 48 - 1,
} as const satisfies HogOption;

const nothing = (help: string, means?: readonly string[]): HogOption => ({
  takes: 'nothing',
  help,
  ...(means === undefined ? {} : { means }),
});

function hog(
  name: string,
  classes: readonly HogClass[],
  options: Hog['options'],
  more: Partial<Hog> = {},
): Hog {
  return {
    name,
    description: `what ${name} does`,
    classes,
    options,
    shape: () => ({ processes: 1, threadsPerProcess: 1 }),
    needs: () => ({ pages: 1 }),
    start: () => ({
      *program() {
        // Nothing.
      },
    }),
    ...more,
  };
}

export const FAKE_HOGS: readonly Hog[] = [
  hog('mmap', ['vm', 'os'], {
    bytes: BYTES,
    file: nothing('a file'),
    osync: nothing('O_SYNC', ['file']),
    mprotect: nothing('protections'),
    stressful: nothing('much', ['mprotect', 'osync']),
  }),
  hog('mmapmany', ['vm', 'os'], {}),
  hog(
    'mmapfork',
    ['vm'],
    {
      // Of the machine's memory where it is not given.
      bytes: { ...BYTES, preset: 0 },
      procs: { takes: 'count', help: 'children', preset: 32, min: 1, max: 256 },
    },
    { forks: true, shape: () => ({ processes: 33, threadsPerProcess: 1 }) },
  ),
  hog('vm', ['vm', 'memory'], {
    bytes: BYTES,
    keep: nothing('map once'),
    method: { takes: 'name', help: 'how', preset: 'all', names: ['all', 'flip'] },
  }),
  hog('page-fault1-threads', ['will-it-scale'], {}, { sharesMm: true }),
];

export const FAKE_HOST: Host = { cpus: 8, memoryBytes: 16 * 1024 ** 3 };

/** Permissions of present pages after an mprotect that takes writing away and gives it back. */
import { expect, it } from 'vitest';
import { rulesOf } from './kernel-rules.js';
import { FILE_KIND } from './layout.js';
import { HERE, callBench, type CallBench } from './testing/call-task.js';
import { MAP, MS, PROT } from './uapi.js';

const READ_WRITE = PROT.read | PROT.write;
const { disk, tmpfs } = FILE_KIND;

/** Four pages: the first two written, the third read, the fourth not touched. */
const KINDS: readonly {
  readonly what: string;
  readonly map: (bench: CallBench) => number;
  /** How they are mapped before, and afterwards. */
  readonly before: string;
  readonly now: string;
  readonly at417: string;
}[] = [
  {
    what: 'anonymous memory',
    map: ({ task }) => task.mapAt(HERE, 4, MAP.fixed),
    before: 'WWx-',
    now: 'WWx-',
    at417: 'xxx-',
  },
  {
    what: 'private copies of a file',
    map: ({ task }) => task.mapFile(task.create(disk, 4), 4, { shared: false, page: HERE }),
    before: 'WWx-',
    now: 'WWx-',
    at417: 'xxx-',
  },
  {
    what: 'a shared file on disk',
    map: ({ task }) => task.mapFile(task.create(disk, 4), 4, { page: HERE }),
    before: 'WWx-',
    now: 'WWx-',
    at417: 'WWx-',
  },
  {
    what: 'a shared file of tmpfs',
    map: ({ task }) => task.mapFile(task.create(tmpfs, 4), 4, { page: HERE }),
    before: 'WWW-',
    now: 'WWW-',
    at417: 'WWW-',
  },
];

it.each(
  KINDS.flatMap((kind) => [
    { ...kind, linux: '6.18', after: kind.now },
    { ...kind, linux: '4.17', after: kind.at417 },
  ]),
)('$what, Linux $linux', ({ map, before, after, linux }) => {
  // Nothing but what is touched is read from a disk, or mapped.
  const bench = callBench({}, { ...rulesOf(linux), faultAroundPages: 1 });
  const { task } = bench;
  map(bench);
  task.fill(HERE, 2, 10);
  task.load(HERE + 2);
  expect(task.mapped(HERE, 4)).toBe(before);
  task.protect(HERE, 4, PROT.none);
  task.protect(HERE, 4, PROT.read);
  expect(task.mapped(HERE, 4)).toBe('xxx-');
  task.protect(HERE, 4, READ_WRITE);
  expect(task.mapped(HERE, 4)).toBe(after);
  const { minor } = task.faultsOf(() => task.fill(HERE, 2, 20));
  expect(minor).toBe(after.slice(0, 2).replaceAll('W', '').length);
  expect([0, 1, 2].map((i) => task.load(HERE + i))).toEqual([20, 21, 0]);
  bench.end();
});

it('clean pages of a disk file stay write-protected, and the dirt of dirty ones is kept', () => {
  const { task, end } = callBench();
  task.mapFile(task.create(disk, 4), 4, { page: HERE });
  task.fill(HERE, 4, 10);
  task.sync(HERE, 2, MS.sync);
  task.protect(HERE, 4, PROT.none);
  task.protect(HERE, 4, READ_WRITE);
  expect(task.mapped(HERE, 4)).toBe('xxWW');
  end();
});

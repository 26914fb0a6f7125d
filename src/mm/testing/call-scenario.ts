/**
 * A bit of everything that may run out of memory: each step returns whether it worked, and may be
 * tried again if it did not.
 */
import { punchHole, syncFile } from '../file-io.js';
import { createFile, putFile, type FileKind } from '../file.js';
import { FILE_KIND, PAGE_SIZE } from '../layout.js';
import { MADV, MAP, MREMAP, MS, PROT } from '../uapi.js';
import type { CallTask } from './call-task.js';
import { READ_WRITE } from './lone-task.js';
import { runAlone } from './test-machine.js';

/** Just below the end of a table of the highest level. */
const HERE = 2 ** 27 - 20;
const FAR = 2 ** 28;
const FILES = 2 ** 28 + 2 ** 18;
const HEAP = 2 ** 26;
const STACK = 2 ** 29;

export interface Step {
  readonly name: string;
  readonly run: () => boolean;
}

export function callScenario(task: CallTask): Step[] {
  return [...anonymousSteps(task), ...moveSteps(task), ...otherSteps(task), ...fileSteps(task)];
}

/** As steps, of functions whose names tell what they do. */
function steps(named: Readonly<Record<string, () => boolean>>): Step[] {
  return Object.entries(named).map(([name, run]) => ({ name, run }));
}

function anonymousSteps(task: CallTask): Step[] {
  const { read, write } = PROT;
  return steps({
    mmap: () => task.mapAt(HERE, 40, MAP.fixed) === HERE,
    faults: () => task.fill(HERE, 40, 100) === 0,
    'mprotect splits': () => task.protect(HERE + 10, 10, read) === 0,
    'mprotect splits the part': () => task.protect(HERE + 12, 2, PROT.none) === 0,
    'mprotect merges': () => task.protect(HERE + 10, 10, read | write) === 0,
    'faults after that': () => task.fill(HERE + 12, 2, 112) === 0,
    'madvise splits': () => task.advise(HERE + 5, 3, MADV.dontFork) === 0,
    'madvise merges': () => task.advise(HERE + 5, 3, MADV.doFork) === 0,
    'mlock splits': () => task.lock(HERE + 30, 4) === 0,
    'munlock merges': () => task.unlock(HERE + 30, 4) === 0,
    'mmap over a part': () => task.mapAt(HERE + 30, 5, MAP.fixed) === HERE + 30,
    'mlock fills': () => task.lock(HERE + 30, 5) === 0,
    munlock: () => task.unlock(HERE + 30, 5) === 0,
    'munmap in the middle': () => task.unmap(HERE + 2, 2) === 0,
    'all is where it was': () =>
      [0, 4, 10, 12, 29, 35, 39].every((i) => task.load(HERE + i) === 100 + i) &&
      [30, 34].every((i) => task.load(HERE + i) === 0) &&
      [2, 3].every((i) => task.load(HERE + i) === 'denied'),
  });
}

function moveSteps(task: CallTask): Step[] {
  const { mayMove, dontUnmap } = MREMAP;
  return steps({
    'mremap moves a part': () => task.remap(HERE + 20, 4, 4, FAR) === FAR,
    'its pages have moved': () => task.load(FAR) === 120 && task.load(FAR + 3) === 123,
    // When the old place could not be split off, it is left empty, and nobody is told.
    'the old place is empty': () => task.unmap(HERE + 20, 4) === 0,
    'mremap grows': () => task.remap(FAR, 4, 8, undefined, mayMove) === FAR,
    'faults of the new part': () => task.fill(FAR + 4, 4, 124) === 0,
    'mremap leaves the old mapping': () =>
      task.remap(FAR, 8, 8, FAR + 600, dontUnmap) === FAR + 600,
    'it is empty, the new one is not': () =>
      task.load(FAR + 3) === 0 && task.load(FAR + 607) === 127,
    'faults of the old mapping': () => task.fill(FAR, 8, 10) === 0,
    'mremap grows and moves': () => task.remap(FAR, 8, 20, FAR + 2000) === FAR + 2000,
    'with all pages': () => task.load(FAR + 2007) === 17 && task.load(FAR) === 'denied',
  });
}

function otherSteps(task: CallTask): Step[] {
  const { populateRead, populateWrite } = MADV;
  const growsDown = MAP.fixed | MAP.growsDown;
  let isStarted = false;
  return steps({
    'brk grows': () => {
      if (!isStarted) task.startHeap(HEAP);
      isStarted = true;
      return task.setHeap(10);
    },
    'faults of the heap': () => task.fill(HEAP, 10, 1) === 0,
    'brk shrinks': () => task.setHeap(4),
    'brk grows again': () => task.setHeap(6),
    'its new pages are empty': () => task.load(HEAP + 3) === 4 && task.load(HEAP + 5) === 0,
    'mmap of a stack': () => task.mapAt(STACK, 1, growsDown) === STACK,
    'it grows': () => task.store(STACK - 600, 3),
    'madvise maps the zero page': () => task.advise(STACK - 500, 4, populateRead) === 0,
    'madvise copies it': () => task.advise(STACK - 500, 4, populateWrite) === 0,
    'the rest of it': () => task.fill(STACK - 500, 6, 50) === 0,
  });
}

function fileSteps(task: CallTask): Step[] {
  const open = new Map<FileKind, number>();
  const opens = (kind: FileKind) => () => {
    open.set(kind, runAlone(createFile(task.cpu, kind, 8 * PAGE_SIZE)));
    return open.get(kind) !== 0;
  };
  const { disk, tmpfs } = FILE_KIND;
  const maps = (kind: FileKind, page: number, type: number) => () => {
    const request = { bytes: 8 * PAGE_SIZE, prot: READ_WRITE, file: open.get(kind)! };
    const flags = type | MAP.fixed;
    return task.mmap({ ...request, address: page * PAGE_SIZE, flags }) === page;
  };
  const [shared, own] = [FILES, FILES + 2 ** 18];
  const anonymous = FILES + 600;
  return steps({
    'a file on disk': opens(disk),
    'mmap shared': maps(disk, shared, MAP.shared),
    'shared write faults': () => task.fill(shared, 8, 20) === 0,
    msync: () => task.sync(shared, 8, MS.sync) === 0,
    'writes after it': () => task.fill(shared, 3, 30) === 0,
    fsync: () => runAlone(syncFile(task.cpu, open.get(disk)!)) >= 0,
    'mmap private': maps(disk, own, MAP.private),
    'private read fault': () => task.load(own + 4) === 24,
    copies: () => task.fill(own + 2, 4, 40) === 0,
    'mprotect of a file mapping': () => task.protect(own + 1, 2, PROT.read) === 0,
    'munmap of a part': () => task.unmap(own + 4, 1) === 0,
    'a second mapping of it': () => task.remap(shared + 2, 0, 4, shared + 520) === shared + 520,
    'all of it': () => task.load(own + 2) === 40 && task.load(shared + 522) === 24,
    'a file of tmpfs': opens(tmpfs),
    'mmap of tmpfs': maps(tmpfs, shared + 16, MAP.shared),
    'tmpfs reads': () => task.load(shared + 16) === 0,
    'tmpfs writes': () => task.fill(shared + 16, 8, 60) === 0,
    'a hole': () => {
      runAlone(punchHole(task.cpu, open.get(tmpfs)!, 2, 4));
      return task.load(shared + 19) === 0 && task.load(shared + 20) === 64;
    },
    'shared anonymous memory': () =>
      task.mmap({
        address: anonymous * PAGE_SIZE,
        bytes: 4 * PAGE_SIZE,
        prot: READ_WRITE,
        flags: MAP.fixed | MAP.shared | MAP.anonymous,
      }) === anonymous,
    'faults of that': () => task.fill(anonymous, 4, 80) === 0,
    close: () => {
      for (const file of open.values()) runAlone(putFile(task.cpu, file));
      return true;
    },
  });
}

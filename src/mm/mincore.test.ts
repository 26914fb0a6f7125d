import { describe, expect, it } from 'vitest';
import { EINVAL, ENOMEM } from './errno.js';
import { FILE, FILE_KIND, PAGE_SIZE } from './layout.js';
import { mincore } from './mincore.js';
import { TASK_SIZE_PAGES } from './mm.js';
import { STOP } from './op.js';
import { HERE, callBench } from './testing/call-task.js';
import { watchLocks } from './testing/lock-watch.js';
import { runAlone } from './testing/test-machine.js';
import { MAP, PROT } from './uapi.js';

describe('errors, in their order', () => {
  const limit = TASK_SIZE_PAGES * PAGE_SIZE;
  it.each([
    { what: 'not aligned', address: limit + 1, bytes: 1, result: -EINVAL },
    { what: 'beyond the address space', address: limit - PAGE_SIZE, bytes: 4097, result: -ENOMEM },
    { what: 'no length, in a hole', address: 0, bytes: 0, result: 0 },
    { what: 'a hole', address: 0, bytes: 1, result: -ENOMEM },
    { what: 'a byte of a page', address: HERE * PAGE_SIZE, bytes: 1, result: 0 },
  ])('$what: $result', ({ address, bytes, result }) => {
    const { task } = callBench();
    task.mapAt(HERE, 1, MAP.fixed);
    expect(runAlone(mincore(task.cpu, task.mm, address, bytes, new Uint8Array(2)))).toBe(result);
  });

  it('what lies below a hole has been written', () => {
    const { task, end } = callBench();
    task.mapAt(HERE, 3, MAP.fixed);
    task.fill(HERE + 1, 2, 1);
    const vec = new Uint8Array(5).fill(7);
    const op = mincore(task.cpu, task.mm, HERE * PAGE_SIZE, 5 * PAGE_SIZE, vec);
    expect(runAlone(op)).toBe(-ENOMEM);
    expect([...vec]).toEqual([0, 1, 1, 7, 7]);
    end();
  });
});

it('anonymous memory: written, read, without permission, not touched', () => {
  const { task, end } = callBench();
  task.mapAt(HERE, 4, MAP.fixed);
  task.fill(HERE, 2, 1);
  task.load(HERE + 2);
  task.protect(HERE + 1, 2, PROT.none);
  expect(task.incore(HERE, 4)).toBe('1110');
  end();
});

it('files: what is cached, whoever has mapped it, and private copies', () => {
  const { task, end } = callBench();
  const file = task.create(FILE_KIND.tmpfs, 4);
  const shared = task.mapFile(file, 4);
  const own = task.mapFile(file, 4, { shared: false });
  task.store(shared + 1, 1);
  task.store(own + 3, 1);
  expect(task.incore(shared, 4)).toBe('0101');
  expect(task.incore(own, 4)).toBe('0101');
  task.unmap(shared, 4);
  expect(task.incore(own, 4)).toBe('0101');
  end();
});

it('reads under mmap_sem, let go and taken again after every page of answers', () => {
  const { task, end } = callBench();
  task.mapAt(HERE, 9000, MAP.fixed);
  const [address, bytes] = [HERE * PAGE_SIZE, 9000 * PAGE_SIZE];
  const op = mincore(task.cpu, task.mm, address, bytes, new Uint8Array(9000));
  const watched = watchLocks(task.cpu, task.mm, { first: HERE, end: HERE }, op);
  expect(watched.result).toBe(0);
  expect(watched.holds).toEqual(['read', 'read', 'read']);
  end();
});

it("looks into a file's cache under the file's lock: another CPU may free the tables of it", () => {
  const { machine, task, end } = callBench();
  const { words } = machine.km;
  const file = task.create(FILE_KIND.tmpfs, 4, 1);
  const lock = machine.km.fileAt(file) + FILE.lock;
  const at = task.mapFile(file, 4);
  words[lock] = 1;
  const vec = new Uint8Array(4);
  const op = mincore(task.cpu, task.mm, at * PAGE_SIZE, 4 * PAGE_SIZE, vec);
  expect(op.next().value).toBe(STOP.spin);
  expect(task.cpu.spinWord).toBe(lock);
  words[lock] = 0;
  expect(runAlone(op)).toBe(0);
  expect([...vec]).toEqual([1, 1, 1, 1]);
  end();
});

import { expect, it } from 'vitest';
import { FILE_KIND } from './layout.js';
import { readSmaps, smapsText } from './smaps.js';
import { HERE, callBench } from './testing/call-task.js';
import { watchLocks } from './testing/lock-watch.js';
import { MADV, MAP, PROT } from './uapi.js';

/** Kilobytes of every VMA by name, those that are 0 left out, and the flags. */
function parsed(text: string): { readonly kb: Record<string, number>; readonly flags: string }[] {
  return text.split(/^(?=[0-9a-f]{8,}-)/m).map((part) => {
    const fields = [...part.matchAll(/^(\w+):\s+(\d+) kB$/gm)].map(
      ([, name, kb]) => [name!, Number(kb)] as const,
    );
    const flags = /^VmFlags: (.*) $/m.exec(part)![1]!;
    return { kb: Object.fromEntries(fields.filter(([, kb]) => kb > 0)), flags };
  });
}

it('prints lines as wide as Linux does', () => {
  const { machine, task } = callBench();
  task.mapAt(0x40_0000 / 4096, 2, MAP.fixed);
  task.fill(0x40_0000 / 4096, 1, 1);
  expect(smapsText(machine.km, task.mm).split('\n').slice(0, 3)).toEqual([
    '00400000-00402000 rw-p 00000000 00:00 0 ',
    'Size:                  8 kB',
    'Rss:                   4 kB',
  ]);
});

it('anonymous memory: what was written, not what was only read; without permission it is there', () => {
  const { machine, task, end } = callBench();
  task.mapAt(HERE, 8, MAP.fixed);
  task.fill(HERE, 3, 1);
  task.load(HERE + 4);
  task.protect(HERE, 8, PROT.none);
  const kb = { Size: 32, Rss: 12, Pss: 12, Private_Dirty: 12, Anonymous: 12 };
  expect(parsed(smapsText(machine.km, task.mm))).toEqual([{ kb, flags: 'mr mw me ac' }]);
  end();
});

it('locked memory, and advice', () => {
  const { machine, task, end } = callBench();
  task.mapAt(HERE, 8, MAP.fixed);
  task.lock(HERE, 2);
  task.advise(HERE + 2, 6, MADV.random);
  task.advise(HERE + 2, 6, MADV.dontFork);
  const [locked, rest] = parsed(smapsText(machine.km, task.mm));
  expect(locked!.kb['Locked']).toBe(8);
  expect(locked!.flags).toBe('rd wr mr mw me lo ac');
  expect(rest).toEqual({ kb: { Size: 24 }, flags: 'rd wr mr mw me rr dc ac' });
  end();
});

it('files: shared by two PTEs or mapped by one, clean or dirty, copied', () => {
  const { machine, task, end } = callBench();
  const file = task.create(FILE_KIND.disk, 3, 10);
  const shared = task.mapFile(file, 3, { page: HERE });
  const own = task.mapFile(file, 2, { page: HERE + 8, shared: false });
  task.load(shared);
  task.load(own);
  task.store(shared, 11);
  task.store(own + 1, 12);
  const all = { Rss: 12, Pss: 10, Shared_Dirty: 4, Private_Clean: 8 };
  expect(parsed(smapsText(machine.km, task.mm)).map(({ kb }) => kb)).toEqual([
    { Size: 12, ...all },
    { Size: 8, Rss: 8, Pss: 6, Shared_Dirty: 4, Private_Dirty: 4, Anonymous: 4 },
  ]);
  end();
});

it('huge pages', () => {
  const { machine, task, end } = callBench({ frames: 8192 });
  const at = Math.ceil(HERE / 512) * 512;
  task.mapAt(at, 1024, MAP.fixed);
  task.advise(at, 1024, MADV.hugePage);
  task.store(at + 5, 1);
  const [vma] = parsed(smapsText(machine.km, task.mm));
  expect([vma!.kb['Rss'], vma!.kb['AnonHugePages']]).toEqual([2048, 2048]);
  expect(vma!.flags).toBe('rd wr mr mw me ac hg');
  end();
});

it('is read under mmap_sem for read, a page of text to a hold', () => {
  const { machine, task, end } = callBench();
  for (let i = 0; i < 30; i++) task.mapAt(HERE + 2 * i, 1, MAP.fixed);
  const bytes = smapsText(machine.km, task.mm).length / 30;
  const nowhere = { first: HERE, end: HERE };
  const watched = watchLocks(task.cpu, task.mm, nowhere, readSmaps(task.cpu, task.mm));
  expect(watched.result).toBe(30);
  expect(watched.holds).toEqual(
    new Array<string>(Math.ceil(30 / Math.floor(4096 / bytes))).fill('read'),
  );
  end();
});

import { describe, expect, it } from 'vitest';
import { readProgram } from './read-program.js';

const texts = (text: string): string[] => readProgram(text).steps.map((step) => step.text);

describe('the results that are recorded', () => {
  it.each([
    ['', undefined],
    [' = 0', { value: 0 }],
    ['    = 0x7f1946355000', { value: 0x7f1946355000 }],
    [' = -1 ENOMEM (Cannot allocate memory)', { error: 'ENOMEM' }],
    [' = -1 EHWPOISON (Memory page has hardware error) (INJECTED)', { error: 'EHWPOISON' }],
    [' = 0 <0.000012>', { value: 0 }],
    [' = 0x1000 (DELAYED) <2.000012>', { value: 0x1000 }],
    [' = ?', undefined],
    [' = ? ERESTARTSYS (To be restarted)', undefined],
  ])("'%s'", (result, recorded) => {
    expect(readProgram(`munmap(0x1000, 4096)${result}`).steps).toMatchObject([
      { name: 'munmap', args: [0x1000, 4096], recorded },
    ]);
  });
});

describe('threads', () => {
  it('have their halves of calls joined, and munmap takes effect where it begins', () => {
    const { steps, notes } = readProgram(
      [
        '1 mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0 <unfinished ...>',
        '2 munmap(0x1000, 4096 <unfinished ...>',
        '3 brk(NULL) = 0x5000',
        '1 <... mmap resumed>) = 0x1000',
        '2 <... munmap resumed>) = 0',
        '3 madvise(0x1000, 4096, MADV_COLD <unfinished ...>',
      ].join('\n'),
    );
    expect(steps.map(({ line, name }) => [line, name])).toEqual([
      [2, 'munmap'],
      [3, 'brk'],
      [4, 'mmap'],
    ]);
    expect(steps[2]).toMatchObject({
      args: [0, 8192, 0, 0x22, -1, 0],
      recorded: { value: 0x1000 },
    });
    expect(notes).toEqual(['1 call that never returns is left out.']);
  });

  it('are joined also when the first of them had no pid yet', () => {
    const text = 'munmap(0x1000, 4096 <unfinished ...>\n[pid 7] <... munmap resumed>) = 0';
    expect(texts(text)).toEqual(['munmap(0x1000, 4096)']);
  });

  it('and begun before the recording are left out', () => {
    expect(texts('7 <... munmap resumed>) = 0\n7 brk(NULL) = 0x1000')).toEqual(['brk(NULL)']);
  });
});

describe('processes', () => {
  const forked = [
    '1 brk(NULL) = 0x1000',
    '1 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD <unfinished ...>',
    '2 munmap(0x2000, 4096) = 0',
    '1 <... clone resumed>, child_tidptr=0x7f00) = 2',
    '2 clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x7f}, 88) = 3',
    '3 munmap(0x3000, 4096) = 0',
    '1 clone3({flags=CLONE_VM|CLONE_FS, stack=0x7f}, 88) = 4',
    '4 munmap(0x4000, 4096) = 0',
  ].join('\n');

  it('that are forked are left out, with their threads; threads are not', () => {
    const { steps, notes, skipped } = readProgram(forked);
    expect(steps.map(({ text }) => text)).toEqual(['brk(NULL)', 'munmap(0x4000, 4096)']);
    expect(notes).toEqual(['3 calls of other processes are left out: one is replayed.']);
    expect([...skipped]).toEqual([
      ['clone', 1],
      ['clone3', 1],
    ]);
  });

  it('that are spawned share the address space until their execve', () => {
    const text = [
      '1 brk(NULL) = 0x1000',
      '1 clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD}, 88 <unfinished ...>',
      '2 munmap(0x2000, 4096) = 0',
      '2 execve("/bin/true", ["true"], 0x7ff /* 9 vars */) = 0',
      '2 munmap(0x3000, 4096) = 0',
    ].join('\n');
    expect(texts(text)).toEqual(['brk(NULL)', 'munmap(0x2000, 4096)']);
  });

  it('begin anew with an execve', () => {
    const { steps, notes } = readProgram(
      '1 brk(NULL) = 0x1000\n1 execve("/bin/true", ["true"], 0x7ff) = 0\n1 brk(NULL) = 0x2000',
    );
    expect(steps).toMatchObject([{ recorded: { value: 0x2000 } }]);
    expect(notes).toEqual([
      '1 line is left out before line 2: its execve begins another address space.',
    ]);
  });
});

describe('mappings given', () => {
  it('before an execve are what it has mapped', () => {
    const { mappings, notes } = readProgram(
      '1000-2000 r--p 00000000 00:00 0\n1 execve("/bin/true", ["true"], 0x7ff) = 0\n1 brk(NULL) = 0x2000',
    );
    expect([mappings.length, notes]).toEqual([1, []]);
  });
});

describe('what is skipped', () => {
  it('is counted by name', () => {
    const text =
      'read(3, "\\177ELF", 832) = 832\nbrk(NULL) = 0\nread(3, "") = 0\nfutex(0x7, 1) = 0';
    expect([...readProgram(text).skipped]).toEqual([
      ['read', 2],
      ['futex', 1],
    ]);
  });

  it('and changes mappings is said to', () => {
    expect(readProgram('shmat(1, NULL, 0) = 0x1000\nbrk(NULL) = 0').notes).toEqual([
      'The address space may go astray: shmat changed it, and cannot be replayed.',
    ]);
  });
});

describe('what cannot be used', () => {
  it.each([
    ['', 'there is no memory call (mmap, munmap, '],
    ['# nothing\n', 'there is no memory call (mmap, munmap, '],
    [
      'brk(NULL) = 0\nHello',
      "line 2: expected a call as strace writes it, 'touch ADDR [LEN] r|w' or",
    ],
    ['\u001b[31mred', "not '\\u001b[31mred'"],
    ['munmap(0x1000) = 0', 'line 1: munmap takes 2 arguments, not 1'],
    ['mremap(0x1000, 1, 2) = 0', 'line 1: mremap takes 4 or 5 arguments, not 3'],
    ['munmap(0x1000, 4096, 1) = 0', 'line 1: munmap takes 2 arguments, not 3'],
    ['munmap(0x1000, 4096', "line 1: 'munmap(0x1000, 4096' has no closing parenthesis"],
    ['munmap(here, 4096) = 0', "line 1: 'here' cannot be argument 1 of munmap"],
    ['mprotect(0x1000, 4096, PROT_REED)', "line 1: 'PROT_REED' cannot be argument 3 of mprotect"],
    ['munmap(0x1000, 4096) = fine', "line 1: a result is '0', '0x7f...', '-1 ENOMEM (...)' or '?'"],
    ['munmap(0x1000, 4096) 0', "line 1: behind a call stands nothing or '= RESULT', not '0'"],
    [
      'brk(NULL) = 0\n1000-2000 r--p 00000000 00:00 0',
      'line 2: mappings say what was there before the first call, so they stand before it',
    ],
  ])("'%s'", (text, message) => {
    expect(() => readProgram(text)).toThrow(message);
  });
});

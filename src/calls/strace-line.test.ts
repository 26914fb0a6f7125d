import { describe, expect, it } from 'vitest';
import { readLine } from './strace-line.js';

const CALL = 'munmap(0x7f1946355000, 34547) = 0';

describe('what strace puts in front of a call', () => {
  it.each([
    ['nothing', '', ''],
    ['a pid in brackets, -f', '[pid  6620] ', '6620'],
    ['a pid, -f -o', '6620  ', '6620'],
    ['the time, -t', '15:04:05 ', ''],
    ['the time, -tt', '15:04:05.123456 ', ''],
    ['the time, -ttt', '1700000000.123456 ', ''],
    ['the time since the last call, -r', '     0.000123 ', ''],
    ['a pid and the time', '6620  15:04:05.123456 ', '6620'],
    ['a pid and the time since', '6620       0.000123 ', '6620'],
    ['a pid in brackets and the time', '[pid 6620] 1700000000.5 ', '6620'],
    ['the instruction pointer, -i', '[00007f1946355abc] ', ''],
    ["the call's number, -n", '6620  [  11] ', '6620'],
  ])('%s', (_, prefix, pid) => {
    expect(readLine(prefix + CALL)).toEqual({ kind: 'call', pid, text: CALL, whole: true });
  });
});

describe('a line', () => {
  it('may be half a call', () => {
    expect(readLine('7089  mmap(NULL, 4096, PROT_NONE <unfinished ...>')).toEqual({
      ...{ kind: 'call', pid: '7089', text: 'mmap(NULL, 4096, PROT_NONE', whole: false },
    });
    expect(readLine('[pid 7089] <... mmap resumed>)  = 0x7fb680000000')).toEqual({
      ...{ kind: 'resumed', pid: '7089', name: 'mmap', text: ')  = 0x7fb680000000' },
    });
    expect(readLine('<... mmap resumed> ) = 0')).toMatchObject({ name: 'mmap', text: ') = 0' });
  });

  it.each([
    '',
    '   ',
    '# touched by hand',
    '+++ exited with 0 +++',
    '7088  +++ exited with 0 +++',
    '[pid 7088] 15:04:05 +++ killed by SIGKILL +++',
    '--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---',
    '7088 --- SIGSEGV {si_signo=SIGSEGV} ---',
    'strace: Process 7088 attached',
    '[pid  7088] strace: Process 7088 attached',
    '[Process 7088 resumed]',
    ' > /usr/lib/x86_64-linux-gnu/libc.so.6(mmap64+0x17) [0x10a077]',
  ])("'%s' says nothing about memory", (line) => {
    expect(readLine(line)).toEqual({ kind: 'nothing' });
  });

  it('may be an access of ours', () => {
    expect(readLine('touch 0x10000 w')).toEqual({
      ...{ kind: 'touch', address: 0x10000, bytes: 1, access: 'w' },
    });
    expect(readLine('  touch 65536 64K r ')).toEqual({
      ...{ kind: 'touch', address: 65536, bytes: 65536, access: 'r' },
    });
  });

  it('may be a mapping of /proc/PID/maps', () => {
    const name = '/usr/lib/my libs/x.so (deleted)';
    expect(readLine(`7fac08444000-7fac0859a000 r-xp 00026000 fe:00 339380      ${name}`)).toEqual({
      ...{ kind: 'mapping', start: 0x7fac08444000, end: 0x7fac0859a000 },
      ...{ permissions: 'r-xp', offset: 0x26000, name },
    });
    expect(readLine('0565d000-05689000 rw-p 00000000 00:00 0 ')).toMatchObject({ name: '' });
  });

  it.each([
    'Hello, world',
    'touch 0x1000',
    'touch 0x1000 x',
    'touch 0x1000 0 r',
    'touch here r',
    'touch -1 r',
    '2000-1000 r--p 00000000 00:00 0',
    '1000-2000 r--x 00000000 00:00 0',
    'munmap 0x1000 4096',
    '/usr/bin/node',
  ])("'%s' is none", (line) => {
    expect(readLine(line)).toBeUndefined();
  });
});

import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallsDocument } from '../calls/calls-document.js';
import { packageFile } from '../util/package-file.js';
import { ensureBuilt, runCommand, runShell, type Outcome } from './testing/built-command.js';

const RECORDED = packageFile('workloads/calls/node-e-0.strace');
const ANON = 'PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)';

const folder = mkdtempSync(path.join(tmpdir(), 'mmsem-calls-'));

beforeAll(ensureBuilt);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** `mmsem-bench calls` on a file with these lines. */
async function calls(lines: readonly string[], ...options: readonly string[]): Promise<Outcome> {
  const file = path.join(folder, 'calls.strace');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return runCommand(['calls', file, ...options]);
}

const documentOf = ({ stdout }: Outcome): CallsDocument => JSON.parse(stdout) as CallsDocument;

describe('the memory calls of node -e 0 that are shipped', () => {
  /** Lines of /proc/PID/maps without what is the kernel's own, and what is another's on each machine. */
  const layout = (maps: string): string[] =>
    maps
      .split('\n')
      .filter((line) => line !== '' && !/\[(stack|vdso|vvar.*|vsyscall)\]$/.test(line))
      .map((line) => {
        const [range, permissions, offset, , , name = ''] = line.split(/\s+/);
        return [range, permissions, offset, name].join(' ');
      });
  const isStack = (line: string): boolean => line.startsWith('7ffdbc65a000-7ffdbc67b000 rw-p ');

  it.each(['pristine', 'patched', 'mainline'])(
    'come out as recorded under %s, and so does the address space at the end',
    async (kernel) => {
      const { status, stdout, stderr } = await runCommand(['calls', RECORDED, '--kernel', kernel]);
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toContain('\nNo difference from the recorded results of all calls.\n');
      const end = stdout.slice(stdout.lastIndexOf('\n\n') + 2);
      const expected = readFileSync(packageFile('workloads/calls/node-e-0.maps'), 'utf8');
      expect(layout(end).filter((line) => !isStack(line))).toEqual(layout(expected));
    },
  );

  it('are the same as a document that obeys its schema', async () => {
    const outcome = await runCommand(['calls', RECORDED, '--json']);
    expect(outcome.status).toBe(0);
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    formats.default(ajv);
    const schema = (name: string): object =>
      JSON.parse(readFileSync(packageFile(`results/${name}.schema.json`), 'utf8')) as object;
    ajv.addSchema(schema('result'));
    const validate = ajv.compile(schema('calls'));
    const document = documentOf(outcome);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document.compared).toBe(document.calls.length);
    expect(document.counts.map(({ name, calls: count }) => [name, count])).toEqual([
      ['brk', 14],
      ['mmap', 62],
      ['mprotect', 47],
      ['munmap', 45],
      ['madvise', 30],
    ]);
  });
});

describe('what is printed', () => {
  it('is a line for every call, differences, counts and the address space; 1 is the exit code', async () => {
    const { status, stdout, stderr } = await calls([
      '# a comment',
      `[pid 7] mmap(NULL, 8192, ${ANON} = 0x10000 <0.000012>`,
      '[pid 7] read(3, "", 8) = 0',
      'touch 0x10000 8K w',
      'munmap(0x10001, 4096) = 0',
    ]);
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout.replace(/ +/g, ' ').split('\n').slice(1)).toEqual([
      '',
      `2 mmap(NULL, 8192, ${ANON} = 0x10000`,
      '4 touch 0x10000 8192 w = ok',
      '5 munmap(0x10001, 4096) = -1 EINVAL (recorded: 0)',
      '',
      '1 difference from the recorded results of the 2 calls that have one:',
      'line call recorded simulated',
      ' 5 munmap(0x10001, 4096) 0 -1 EINVAL',
      '',
      'call calls failed different',
      'mmap 1 0 0',
      'touch 1 0 0',
      'munmap 1 1 1',
      'Skipped: read 1.',
      '',
      'Page faults: 2 total, 2 minor, 0 major; by the kernel itself 0 minor, 0 major.',
      'VMAs: 1 at the end, 1 at the peak; 2 pages resident.',
      '',
      '00010000-00012000 rw-p 00000000 00:00 0',
      '',
    ]);
  });

  it('is the same without the single calls when it is to be quiet', async () => {
    const { status, stdout } = await calls([`mmap(NULL, 8192, ${ANON} = 0x10000`], '-q');
    expect(status).toBe(0);
    expect(stdout).not.toContain('= 0x10000');
    expect(stdout).toContain('No difference from the recorded results of all calls.');
  });

  it('comes from standard input as well', async () => {
    const { status, stdout } = await runShell(
      `echo 'mmap(NULL, 8192, ${ANON} = 0x10000' | mmsem-bench calls - --json`,
    );
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as CallsDocument).setting.file).toBe('-');
  });
});

it('Ctrl-C, which all of a pipeline gets, leaves the end to who records; what has come is replayed', async () => {
  const command = packageFile('bin/mmsem-bench.js');
  const child = spawn(process.execPath, [command, 'calls', '-'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const closed = new Promise((resolve) => child.once('close', resolve));
  // More than a pipe holds: when all of it is on its way, somebody reads.
  const comments = '# a line of a program that is recorded\n'.repeat(2 ** 16);
  await new Promise((resolve) => {
    child.stdin.write(`${comments}mmap(NULL, 8192, ${ANON} = 0x10000\n`, resolve);
  });
  child.kill('SIGINT');
  child.stdin.end('munmap(0x10');
  expect(await closed).toBe(130);
  expect(stdout).toContain('standard input: 1 call;');
});

describe('options', () => {
  it('--max-map-count is what mmap may exceed by one, as in Linux', async () => {
    const lines = [1, 2, 3, 4].map((at) => `mmap(NULL, 4096, ${ANON} = 0x${at}00000`);
    const outcome = await calls(lines, '--max-map-count', '2', '--json');
    const { differences } = documentOf(outcome);
    expect(outcome.status).toBe(1);
    expect(differences.map(({ line, simulated }) => [line, simulated])).toEqual([[4, '-1 ENOMEM']]);
  });

  it('--linux decides what is one VMA: MAP_STACK sets memory apart since 6.7', async () => {
    const lines = ['MAP_STACK', '0'].map((flag, index) => {
      return `mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|${flag}, -1, 0) = 0x1${index}000`;
    });
    const vmas = async (linux: string): Promise<number> =>
      documentOf(await calls(lines, '--linux', linux, '--json')).mapCount;
    expect([await vmas('6.18'), await vmas('4.17')]).toEqual([2, 1]);
  });
});

describe('what cannot be used', () => {
  it.each([
    [
      ['Hello, world'],
      [],
      /calls\.strace: line 1: expected a call as strace writes it, .* not 'He/,
    ],
    [['# nothing'], [], /calls\.strace: there is no memory call /],
    [
      ['brk(NULL) = 0'],
      ['--kernel', 'none'],
      /--kernel takes a kernel .*; there is no kernel 'none'/,
    ],
    [['brk(NULL) = 0'], ['--linux', '5.0'], /--linux takes a version of Linux \(6\.18, 4\.17\)/],
    [['brk(NULL) = 0'], ['--thp', 'no'], /--thp takes a mode of transparent huge pages/],
    [['brk(NULL) = 0'], ['--max-map-count', '0'], /--max-map-count takes a whole number/],
  ])('%s %s', async (lines, options, message) => {
    const { status, stdout, stderr } = await calls(lines, ...options);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^mmsem-bench: [^\n]+ \(see mmsem-bench calls --help\)\n$/);
  });

  it('is a file that is not there, or none', async () => {
    const missing = await runCommand(['calls', path.join(folder, 'nowhere')]);
    expect(missing.status).toBe(2);
    expect(missing.stderr).toMatch(/nowhere' cannot be read \(ENOENT\); name a file with calls/);
    const none = await runCommand(['calls']);
    expect(none.status).toBe(2);
    expect(none.stderr).toContain('FILE takes a file with calls in the notation of strace');
  });
});

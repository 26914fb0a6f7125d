/** `host` from outside the process, with a program that only looks like stress-ng. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  ensureBuilt,
  plainEnvironment,
  runCommand,
  type Outcome,
} from './testing/built-command.js';
import { fakeYaml, writeFakeStressNg } from './testing/fake-stress-ng.js';

const LINE = '--mmap 1 --mmap-ops 20 --mmap-bytes 4M';

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeAll(() => {
  ensureBuilt();
}, 120_000);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-hosts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const run = (line: string, PATH: string): Promise<Outcome> =>
  runCommand(['host', ...line.split(' ')], plainEnvironment({ PATH }));

it('without stress-ng it is one line that says how to get it', async () => {
  const { status, stdout, stderr } = await run(LINE, '/nowhere');
  expect([status, stdout]).toEqual([4, '']);
  expect(stderr).toMatch(
    /^mmsem-bench: there is no stress-ng in PATH: [^\n]*apt-get install stress-ng[^\n]*\n$/,
  );
});

it('what stress-ng does not know is told in its words', async () => {
  writeFakeStressNg(folder, '', `echo "stress-ng: unrecognized option '--mmap-mlock'" >&2; exit 1`);
  const { status, stdout, stderr } = await run(`${LINE} --mmap-mlock`, `${folder}:/usr/bin:/bin`);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^mmsem-bench: stress-ng: unrecognized option '--mmap-mlock' [^\n]*\n$/);
});

it.each([
  ['has no end', '--mmap 1', /would run stress-ng 24 hours .*: give --timeout T, .*--mmap-ops 20/],
  ['is for ever', '--mmap 1 --timeout 0', /would run stress-ng for ever/],
  ['has one stressor without an end', `${LINE} --vm 1`, /24 hours/],
  ['cannot be simulated', '--mmap 1 -t 1s --frob', /unrecognized option '--frob'/],
  ['has a wrong value', '--mmap 1 -t 1s --mmap-bytes 9Z', /illegal length specifier 'Z'/],
  ['runs nothing', '--class vm?', /a stressor that is simulated/],
])('what %s is refused, and nothing has run', async (_, line, message) => {
  writeFakeStressNg(folder, fakeYaml({ faults: 1 }));
  const { status, stdout, stderr } = await run(line, `${folder}:/usr/bin:/bin`);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(stderr.trim()).not.toContain('\n');
  expect(existsSync(at('words'))).toBe(false);
});

it.each(['-n', '--dry-run', '--dry', '-vn'])(
  '%s prints both lines, and runs nothing',
  async (n) => {
    writeFakeStressNg(folder, fakeYaml({ faults: 1 }));
    const line = `${LINE} ${n} --runs 3 --kernels pristine --mmap-file-kind tmpfs`;
    const { status, stdout, stderr } = await run(line, `${folder}:/usr/bin:/bin`);
    expect([status, stderr]).toEqual([0, '']);
    const [real, command, simulated, ours, ...plan] = stdout.split('\n');
    expect(real).toMatch(/^real: stress-ng 0\.15\.06 on Linux \S+, 3 runs$/);
    expect(command).toBe(
      `  ${at('stress-ng')} ${LINE}${n === '-vn' ? ' -v' : ''} --metrics --perf --yaml FILE`,
    );
    expect(simulated).toBe('simulated: 3 runs');
    expect(ours).toMatch(
      /^ {2}mmsem-bench --mmap-compat 0\.15\.06 .* --kernels pristine .*--seed 1$/,
    );
    expect(plan.join('\n')).toContain(
      'dispatching hogs: 1 mmap\n  mmap: 1 instance, 20 bogo ops each',
    );
    expect(existsSync(at('words'))).toBe(false);
  },
);

it('a dry run says what memory would be short of', async () => {
  writeFakeStressNg(folder, fakeYaml({ faults: 1 }));
  const big = '--mmap 1 --mmap-bytes 900G --mmap-ops 1 -n';
  const { status, stdout } = await run(big, `${folder}:/usr/bin:/bin`);
  expect(status).toBe(0);
  expect(stdout).toContain('stress-ng is to use 900 GiB, and');
});

it('memory that does not suffice is refused without a terminal, and nothing has run', async () => {
  writeFakeStressNg(folder, fakeYaml({ faults: 1 }));
  const { status, stderr } = await run(
    '--mmap 1 --mmap-ops 1 --mmap-bytes 900G',
    `${folder}:/usr/bin:/bin`,
  );
  expect(status).toBe(2);
  expect(stderr).toMatch(/^mmsem-bench: stress-ng is to use 900 GiB, [^\n]*--yes[^\n]*\n$/);
  expect(existsSync(at('words'))).toBe(false);
});

it('a stress-ng that fails is a failed run', async () => {
  writeFakeStressNg(folder, '', `echo 'stress-ng: fail:  [7] mmap: broken' >&2; exit 2`);
  const { status, stderr } = await run(LINE, `${folder}:/usr/bin:/bin`);
  expect([status, stderr]).toEqual([5, 'mmsem-bench: stress-ng: fail: mmap: broken\n']);
});

it.each([
  ['no option at all', '', /^mmsem-bench: host takes options of stress-ng such as [^\n]*\n$/],
  [
    'two outputs in one file',
    `${LINE} --save x -Y x`,
    /^mmsem-bench: --save and --yaml are the same/,
  ],
  [
    'no number of runs',
    `${LINE} --runs 0`,
    /^mmsem-bench: --runs takes a whole number from 1 to 1000/,
  ],
  [
    'a program that is none',
    `${LINE} --stress-ng /none`,
    /^mmsem-bench: --stress-ng takes a program/,
  ],
])('%s is wrong usage', async (_, line, message) => {
  const { status, stdout, stderr } = await runCommand([
    'host',
    ...line.split(' ').filter((word) => word !== ''),
  ]);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

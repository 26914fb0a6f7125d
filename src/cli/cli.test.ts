/**
 * The built command from outside its process: what reaches the shell, the pipe and the disk.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultDocument } from '../report/result.js';
import { packageFile } from '../util/package-file.js';
import {
  ensureBuilt,
  plainEnvironment,
  runCommand,
  runShell,
  start,
  type Outcome,
} from './testing/built-command.js';

const SHORT = ['--mmap-bytes', '64M', '--timeout', '0.2s', '--rounds', '2'];
const LONG = ['--mmap-bytes', '64M', '--timeout', '60s', '--rounds', '10'];
const ESCAPE = '\x1b[';

const schema = JSON.parse(
  readFileSync(packageFile('results/result.schema.json'), 'utf8'),
) as object;
const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

/** The document, after checking that there is one and nothing else, and that it fits its schema. */
function documentIn(text: string): ResultDocument {
  const document: unknown = JSON.parse(text);
  expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
  return document as ResultDocument;
}

let folder: string;
beforeAll(() => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-cli-'));
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('wrong usage', () => {
  it.each([
    [['--mmap-bytes', '12Q'], `--mmap-bytes takes a size from 4K to 1T such as 80G`],
    [['--mmap-bytes', '-1'], `'-1' is out of range`],
    [['--mmap-bytes', '0'], `'0' is out of range`],
    [['--tasks', 'x'], `not 'x'`],
    [['--kernels', 'nope'], `there is no kernel 'nope' among these`],
    [['--kernels', 'patchd'], `there is no kernel 'patchd' (did you mean 'patched'?)`],
    [['--rwsem', 'fifo'], `there is no rwsem policy 'fifo' among these`],
    [['--rwsem', 'sorted-reader'], `(did you mean 'sorted-readers'?)`],
    [['--rwsem-spin', '1'], `--rwsem-spin takes on or off, not '1'`],
    [['frobnicate', '--json'], `unknown command 'frobnicate'`],
    [['--mmmap-bytes', '1G'], `unknown option '--mmmap-bytes' (did you mean '--mmap-bytes'?)`],
    [['80G'], `unexpected argument '80G'`],
    [['--save', '/nonexistent/r.json'], `'/nonexistent' does not exist`],
    [['--save', '/'], `cannot save to '/'`],
    [['--save', '/proc/r.json'], `cannot make a file in '/proc'`],
  ])('%j: one line on stderr, nothing on stdout, exit code 2', async (argv, expected) => {
    const { status, stdout, stderr } = await runCommand(argv);
    expect(stderr).toMatch(/^mmsem-bench: [^\n]+ \(see --help\)\n$/);
    expect(stderr).toContain(expected);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('--save to a directory', async () => {
    const { status, stderr } = await runCommand(['--save', folder]);
    expect(stderr).toContain('it is a directory');
    expect(status).toBe(2);
  });

  it('--save to a directory that permissions forbid', async () => {
    // Root may write anywhere but where the file system itself says no.
    const locked = process.getuid?.() === 0 ? '/sys' : path.join(folder, 'locked');
    mkdirSync(locked, { mode: 0o500, recursive: true });
    const { status, stderr } = await runCommand(['--save', path.join(locked, 'r.json')]);
    expect(stderr).toContain(`cannot make a file in '${locked}' (EACCES)`);
    expect(status).toBe(2);
  });
});

describe('--help and --version', () => {
  it('--help is quick, on stdout, and a success', async () => {
    const outcomes: Outcome[] = [];
    for (let i = 0; i < 5; i++) outcomes.push(await runCommand(['--help']));
    for (const { status, stdout, stderr } of outcomes) {
      expect(status).toBe(0);
      expect(stderr).toBe('');
      expect(stdout).toMatch(/^Usage: mmsem-bench \[options\]\n/);
    }
    // The quickest one: what another process on the machine does is not this command's slowness.
    expect(Math.min(...outcomes.map((outcome) => outcome.elapsedSeconds))).toBeLessThan(0.3);
  });

  it('--version is one line', async () => {
    const { status, stdout } = await runCommand(['--version']);
    expect(stdout).toMatch(/^mmsem-bench \d+\.\d+\.\d+\n$/);
    expect(status).toBe(0);
  });
});

describe('a run', () => {
  it('--json is exactly one document on stdout', async () => {
    const argv = ['--json', '--mmap-bytes', '64M', '--timeout', '2s', '--rounds', '2'];
    const { status, stdout, stderr } = await runCommand(argv);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const document = documentIn(stdout);
    expect(document.partial).toBe(false);
    expect(document.plan).toMatchObject({ mmapBytes: 64 * 2 ** 20, rounds: 2, timeoutSeconds: 2 });
    for (const kernel of document.kernels) {
      expect(kernel.rounds).toHaveLength(2);
      expect(kernel.faultsPerSecond.median).toBeGreaterThan(0);
    }
  });

  it.each([
    ['phase-fair-5.3', 'on'],
    ['phase-fair-5.3', 'off'],
  ])('--rwsem %s --rwsem-spin %s decides by that policy, and says so', async (rwsem, spin) => {
    const argv = [...SHORT, '--rwsem', rwsem, '--rwsem-spin', spin];
    const { status, stdout, stderr } = await runCommand([...argv, '--json']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const document = documentIn(stdout);
    expect(document.plan).toMatchObject({ rwsem, rwsemSpin: spin === 'on' });
    for (const kernel of document.kernels) {
      expect(kernel.faultsPerSecond.median).toBeGreaterThan(0);
    }
    const table = await runCommand(argv);
    expect(table.stdout.split('\n')[0]).toContain(`, rwsem ${rwsem}`);
  });

  it('--save replaces the file with the document of --json in one step', async () => {
    const file = path.join(folder, 'r.json');
    writeFileSync(file, 'old');
    const { status, stdout } = await runCommand([...SHORT, '--json', '--save', file]);
    expect(status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(stdout);
    documentIn(stdout);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('leaves the old file alone when it is stopped half way', async () => {
    const file = path.join(folder, 'kept.json');
    writeFileSync(file, 'old');
    const { child, outcome } = start([...LONG, '--save', file]);
    await sleep(2000);
    child.kill('SIGKILL');
    expect((await outcome).status).toBe('SIGKILL');
    expect(readFileSync(file, 'utf8')).toBe('old');
  });
});

describe('signals in the middle of a run', () => {
  async function interrupted(signal: NodeJS.Signals, ...argv: string[]): Promise<Outcome> {
    const { child, outcome } = start([...LONG, ...argv]);
    await sleep(4000);
    child.kill(signal);
    return outcome;
  }

  it('SIGINT: the table of what was measured, marked, and exit code 130', async () => {
    const { status, stdout, stderr, elapsedSeconds } = await interrupted('SIGINT');
    expect(stderr).toBe('');
    expect(status).toBe(130);
    expect(stdout).toContain('page faults/sec');
    expect(stdout).toContain('Partial run: ');
    // The whole run would take two minutes.
    expect(elapsedSeconds).toBeLessThan(60);
  });

  it('SIGINT with --json: a valid document, marked', async () => {
    const { status, stdout, stderr } = await interrupted('SIGINT', '--json');
    expect(stderr).toBe('');
    expect(status).toBe(130);
    expect(documentIn(stdout).partial).toBe(true);
  });

  it('SIGTERM: the same with exit code 143', async () => {
    const { status, stdout, stderr } = await interrupted('SIGTERM', '--json');
    expect(stderr).toBe('');
    expect(status).toBe(143);
    expect(documentIn(stdout).partial).toBe(true);
  });
});

describe('a reader that goes away', () => {
  it.each([
    [`mmsem-bench ${SHORT.join(' ')} | head -1`, /^threads engine, [^\n]*\n$/],
    [`mmsem-bench ${SHORT.join(' ')} --json | head -1`, /^\{\n$/],
    [`mmsem-bench ${SHORT.join(' ')} | true`, /^$/],
    ['mmsem-bench --help | true', /^$/],
  ])('%s ends quietly', async (line, expected) => {
    const { status, stdout, stderr } = await runShell(line);
    expect(stderr).toBe('');
    expect(stdout).toMatch(expected);
    expect(status).toBe(0);
  });

  it.runIf(existsSync('/dev/full'))('is not taken for a full disk', async () => {
    const { status, stderr } = await runShell(`mmsem-bench --version >/dev/full`);
    expect(stderr).toMatch(/^mmsem-bench: cannot write to stdout: [^\n]*ENOSPC[^\n]*\n$/);
    expect(status).toBe(2);
  });
});

describe('colors', () => {
  it.each([
    [{}, [], false],
    [{ FORCE_COLOR: '1' }, [], true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, [], true],
    [{ FORCE_COLOR: '1' }, ['--no-color'], false],
    [{ NO_COLOR: '1' }, ['--color', 'always'], true],
    [{ FORCE_COLOR: '1' }, ['--json'], false],
    [{ GITHUB_ACTIONS: 'true', CI: 'true' }, [], false],
  ])('%j with %j into a pipe: %s', async (env, argv, expected) => {
    const { status, stdout, stderr } = await runCommand([...SHORT, ...argv], plainEnvironment(env));
    expect(status).toBe(0);
    expect(stdout.includes(ESCAPE)).toBe(expected);
    // Node 24 itself remarks on FORCE_COLOR beside NO_COLOR; on GitHub Actions warnings are annotations.
    const others = stderr
      .replace(/^\(node:\d+\) Warning: [^\n]*'NO_COLOR'[^\n]*\n\([^\n]*\)\n/, '')
      .replace('GITHUB_ACTIONS' in env ? /^::warning [^\n]*\n/gm : '', '');
    expect(others).toBe('');
  });
});

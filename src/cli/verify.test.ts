/** The verify command: what it prints, its exit codes, and that it sees what is broken. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { BROKEN_KERNELS } from '../verify/testing/broken-kernels.js';
import { CASES } from '../verify/cases/index.js';
import type { VerificationDocument } from '../report/verification.js';
import { packageFile } from '../util/package-file.js';
import { openProcess } from '../process/lone-process.js';
import type { OpenProcess } from '../verify/verify.js';
import { runCommand as runInProcess } from './main.js';
import { ensureBuilt, runCommand } from './testing/built-command.js';
import { FakeWorld } from './testing/fake-world.js';
import { verifyCommand } from './verify.js';

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(packageFile(`results/${name}.schema.json`), 'utf8')) as object;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
formats.default(ajv);
const isValid = ajv.addSchema(schemaOf('result')).compile(schemaOf('verify'));

async function runWith(
  argv: readonly string[],
  open: OpenProcess = openProcess,
): Promise<{ status: number; world: FakeWorld }> {
  const world = new FakeWorld(() => Promise.reject(new Error('this is not the comparison')));
  const command = verifyCommand(() => Promise.resolve(open));
  const entry = { name: 'verify', summary: '', load: () => Promise.resolve(command) };
  return { status: await runInProcess(['verify', ...argv], world, [entry]), world };
}

/** A process whose kernel is another one than it was asked for. */
const onKernel = ({ kernel }: (typeof BROKEN_KERNELS)[number]): OpenProcess => {
  return (options) => openProcess({ ...options, kernel });
};

const ONE = ['--kernels', 'pristine', '--cases', 'munmap-middle'];

describe('options', () => {
  it.each([
    [['--kernels', 'pristin'], `there is no kernel 'pristin' (did you mean 'pristine'?)`],
    [['--threshold', '1K'], `--threshold takes a size from 4K to 128T`],
    [['--linux', '5.4'], `--linux takes a version of Linux`],
    [['--cases', 'munmap-mid'], `there is no case 'munmap-mid' (did you mean 'munmap-middle'?)`],
    [['--list', '--json'], '--list is text: leave out --json'],
    [['--time', '1s'], `unknown option '--time'`],
  ])('%j: one line on stderr, exit code 2', async (argv, expected) => {
    const { status, world } = await runWith(argv);
    expect(status).toBe(2);
    expect(world.stderr.text).toMatch(/^mmsem-bench: [^\n]+ \(see mmsem-bench verify --help\)\n$/);
    expect(world.stderr.text).toContain(expected);
    expect(world.stdout.text).toBe('');
  });

  it('--list names every case and what it asserts', async () => {
    const { status, world } = await runWith(['--list']);
    expect(status).toBe(0);
    const lines = world.stdout.text.trimEnd().split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    const words = world.stdout.text.replace(/\s+/g, ' ');
    for (const { name, asserts } of CASES) expect(words).toContain(`${name} ${asserts}`);
  });
});

describe('cases', () => {
  it('are many, and none is called as another', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(45);
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  });

  it.each(BROKEN_KERNELS)('fail on a kernel that $title', async (broken) => {
    const lone = CASES.filter((tested) => !('race' in tested) && /munmap|suite/.test(tested.name));
    const names = [...lone.map(({ name }) => name), 'merge-three-to-one'].join(',');
    const argv = ['--kernels', 'pristine', '--cases', names, '--json'];
    const { status, world } = await runWith(argv, onKernel(broken));
    const document = JSON.parse(world.stdout.text) as VerificationDocument;
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    const { failed } = document;
    // What goes wrong among several tasks alone is for the races.
    if (broken.isSeenAlone) expect(failed).toBeGreaterThan(0);
    expect(status).toBe(failed > 0 ? 1 : 0);
  });

  it('say why they fail', async () => {
    const { status, world } = await runWith(ONE, onKernel(BROKEN_KERNELS[0]!));
    expect(status).toBe(1);
    expect(world.stdout.text).toMatch(/munmap-middle +FAIL/);
    expect(world.stdout.text).toContain('FAIL munmap-middle on pristine\n    asserts: munmap of');
    expect(world.stdout.text).toMatch(/ {4}found: \S+/);
    expect(world.stdout.text).toContain('0 passed, 1 failed');
  });
});

describe('from outside', () => {
  beforeAll(() => {
    ensureBuilt();
  }, 120_000);

  it.each([
    ['4K', '6.18'],
    ['1G', '6.18'],
    ['4K', '4.17'],
  ])('every kernel passes every case at %s, by the rules of Linux %s', async (threshold, linux) => {
    const { status, stdout, stderr } = await runCommand([
      ...['verify', '--threshold', threshold, '--linux', linux, '--json'],
    ]);
    expect(stderr).toBe('');
    const document = JSON.parse(stdout) as VerificationDocument;
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    const failures = document.cases.flatMap(({ name, verdicts }) =>
      verdicts.filter(({ passed }) => !passed).map(({ kernel, reason }) => [name, kernel, reason]),
    );
    expect(failures).toEqual([]);
    expect(document).toMatchObject({ schema: 'mmsem-bench/verify', version: 1, linux, failed: 0 });
    expect(document.passed).toBe(document.kernels.length * CASES.length);
    expect(status).toBe(0);
  });

  it('a table on stdout', async () => {
    const { status, stdout } = await runCommand(['verify', ...ONE]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^verify: 1 case on pristine, threshold 4 KiB, Linux 6\.18\n\n/);
    expect(stdout).toMatch(/munmap-middle +pass\n/);
    expect(stdout).toContain('1 passed, 0 failed');
  });
});

/** Numbers of rounds that are not fixed, and slow-downs that are, from outside the process. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ResultDocument } from '../report/result.js';
import { packageFile } from '../util/package-file.js';
import { replayCommand } from './replay.js';
import { ensureBuilt, runCommand } from './testing/built-command.js';

const SMALL = ['--engine', 'virtual', '--mmap-bytes', '8M', '--threshold', '1M'];
const BRIEF = [...SMALL, '--timeout', '0.01s', '--tasks', '4', '--seeds', '4'];

const schema = JSON.parse(
  readFileSync(packageFile('results/result.schema.json'), 'utf8'),
) as object;
const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

async function documentOf(argv: readonly string[]): Promise<ResultDocument> {
  const { status, stdout, stderr } = await runCommand([...argv, '--json']);
  expect(stderr).toMatch(/^(\d+ simulations, each run twice: no difference\n)?$/);
  expect(status).toBe(0);
  const document: unknown = JSON.parse(stdout);
  expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
  return document as ResultDocument;
}

beforeAll(() => {
  ensureBuilt();
}, 120_000);

describe('--until', () => {
  it('simulates batches of seeds, of which the first is the run without it', async () => {
    const [once, until] = await Promise.all([
      documentOf(BRIEF),
      documentOf([...BRIEF, '--until', '0.5%', '--check-determinism']),
    ]);
    expect(once.plan.until).toBeUndefined();
    expect(until.plan).toEqual({ ...once.plan, until: { halfWidth: 0.005, secondsMax: null } });
    expect(replayCommand(until.plan)).toContain(' --rounds 4 ');
    expect(replayCommand(until.plan)).toMatch(/ --until 0\.5%$/);
    for (const [index, { rounds }] of until.kernels.entries()) {
      expect(rounds.slice(0, 4)).toEqual(once.kernels[index]!.rounds);
      expect(rounds.length % 4).toBe(0);
      expect(rounds.length).toBeGreaterThan(4);
      expect(rounds.map(({ round }) => round)).toEqual(rounds.map((_, round) => round));
    }
    const { ciLow, ciHigh, pairs } = until.comparisons[0]!;
    expect(pairs).toBe(until.kernels[0]!.rounds.length);
    expect((ciHigh! - ciLow!) / 2).toBeLessThanOrEqual(0.005);
  });

  it('says on threads how many rounds it took, and how well the change is known', async () => {
    const argv = ['--mmap-bytes', '16M', '--tasks', '1', '--timeout', '0.1s', '--rounds', '4'];
    const { status, stdout } = await runCommand([...argv, '--until', '0.01%', '--max-time', '2s']);
    expect(status).toBe(0);
    const [, rounds] = /, (\d+) rounds x 25\.0 ms per kernel, until known to within 0.01 %\n/.exec(
      stdout,
    )!;
    expect(Number(rounds)).toBeGreaterThan(4);
    expect(Number(rounds) % 4).toBe(0);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /only, 0\.01 % was asked for; it takes .* more rounds: raise --max-time/,
    );
  });

  it.each([
    [['--until', '2'], "--until takes a percentage from 0.01% to 100% such as 2%, not '2'"],
    [['--until', '0%'], "'0%' is out of range"],
    [['--max-time', '5s'], '--max-time ends what --until P begins: add --until'],
    [['--until', '2%', '--max-time', '10s'], '--max-time takes at least 32s'],
    [['--until', '2%', '--kernels', 'patched'], 'give --kernels two or more'],
    [
      ['--until', '2%', '--engine', 'virtual', '--max-time', '9s'],
      '--max-time is for real threads',
    ],
  ])('%j: %s', async (argv, message) => {
    const { status, stdout, stderr } = await runCommand(argv);
    expect(stderr).toContain(message);
    expect(stderr.split('\n')).toHaveLength(2);
    expect([status, stdout]).toEqual([2, '']);
  });
});

describe('a kernel with a slow-down planted', () => {
  const PLANTED = [...SMALL, '--kernels', 'pristine,pristine+8%', '--timeout', '0.8s'];

  it('is slower by that, alone on its machine', async () => {
    const document = await documentOf([...PLANTED, '--tasks', '1', '--seeds', '8']);
    expect(document.plan.kernels).toEqual(['pristine', 'pristine+8%']);
    expect(document.kernels[1]).toMatchObject({ name: 'pristine+8%', kernel: 'pristine+8%' });
    const [faults] = document.comparisons;
    expect(faults).toMatchObject({ candidate: 'pristine+8%', metric: 'faultsPerSecond' });
    expect(Math.abs(faults!.change! + 0.08)).toBeLessThan(0.005);
    expect(replayCommand(document.plan)).toContain('--kernels pristine,pristine+8% ');
  });

  it('is slower among others, too, as long as they do not fight for the lock', async () => {
    const size = ['--tasks', '4', '--seeds', '4', '--mmap-bytes', '64M'];
    const document = await documentOf([...PLANTED.slice(0, 2), ...PLANTED.slice(4), ...size]);
    expect(document.comparisons[0]!.ciHigh).toBeLessThan(-0.05);
  });

  it.each(['pristine+0%', 'pristine+8', '+8%', 'foo+8%', 'pristine,patched+51%'])(
    '%s is no kernel: one line, 2',
    async (kernels) => {
      const { status, stdout, stderr } = await runCommand(['--kernels', kernels]);
      expect(stderr).toMatch(/^mmsem-bench: --kernels takes a comma-separated list .*\n$/);
      expect([status, stdout]).toEqual([2, '']);
    },
  );
});

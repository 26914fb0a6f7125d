/** Writers beside the workload, from outside the process, on every engine that runs plans. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ResultDocument } from '../report/result.js';
import { packageFile } from '../util/package-file.js';
import { ensureBuilt, runCommand } from './testing/built-command.js';

const SECONDS = 0.2;
const SHORT = `--mmap-bytes 32M --threshold 4K --tasks 2 --kernels pristine,mainline --rounds 2 --timeout ${SECONDS}s`;
const WRITERS = '--writers 3 --writer-gap 2ms';

beforeAll(ensureBuilt, 120_000);

async function run(words: string): Promise<string> {
  const { status, stdout, stderr } = await runCommand(words.split(' '));
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

const documentOf = async (words: string): Promise<ResultDocument> =>
  JSON.parse(await run(`${words} --json`)) as ResultDocument;

describe.each(['threads', 'virtual'])('%s', (engine) => {
  const command = `--engine ${engine} ${SHORT}`;

  it('writers do what they say, and their calls are counted apart', async () => {
    const { plan, kernels } = await documentOf(`${command} ${WRITERS}`);
    expect(plan).toMatchObject({ tasks: 2, writers: 3, writerGapNs: 2_000_000 });
    expect(plan.bytesPerTask).toBe(2 ** 24);
    for (const { rounds, writerCallsPerSecond, failedCalls } of kernels) {
      expect(failedCalls).toBe(0);
      expect(writerCallsPerSecond.median).toBeGreaterThan(0);
      for (const { counters, seconds } of rounds) {
        expect(counters.writerCalls).toBeGreaterThan(0);
        // A gap is at least half its mean.
        expect(counters.writerCalls).toBeLessThanOrEqual(3 * (seconds / 0.001 + 1));
        // Of the workload's own munmaps each is of a whole share; two may be under way.
        const shares = counters.munmapBytes / 2 ** 24;
        expect(shares - counters.munmapCalls).toBeGreaterThanOrEqual(0);
        expect(shares - counters.munmapCalls).toBeLessThanOrEqual(2);
        expect(counters.faultsMinor).toBeGreaterThan(0);
      }
    }
  });

  it('the headline and a row of the table speak of writers, where there are any', async () => {
    const table = await run(`${command} ${WRITERS}`);
    expect(table).toContain('2 tasks in 1 address space with 3 writers every 2 ms, ');
    expect(table).toMatch(/^writer calls\/sec +\d/m);
    expect(await run(command)).not.toContain('writer');
  });
});

it('threads: the document fits its schema', async () => {
  const schema = readFileSync(packageFile('results/result.schema.json'), 'utf8');
  const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(schema) as object,
  );
  const document = await documentOf(`${SHORT} ${WRITERS}`);
  expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
  expect(document.comparisons.map(({ metric }) => metric)).toContain('writerCallsPerSecond');
  expect(document.warnings.join('\n')).toMatch(/2 tasks and 3 writers share \d CPU/);
});

it('virtual: the same seed gives the same numbers, writers included', async () => {
  const numbers = async (): Promise<string> => {
    const { plan, kernels } = await documentOf(`--engine virtual ${SHORT} ${WRITERS}`);
    return JSON.stringify([plan, kernels]);
  };
  expect(await numbers()).toBe(await numbers());
});

it('virtual: a writer before a zap under read keeps faults out for all of it', async () => {
  const longest = async (more: string): Promise<number> => {
    const { kernels } = await documentOf(
      `--engine virtual ${SHORT} --rounds 1 --timeout 0.05s${more}`,
    );
    return kernels.find(({ name }) => name === 'mainline')!.mmapSem.faultWaitNs.max;
  };
  const alone = await longest('');
  expect(await longest(' --writers 3 --writer-gap 100us')).toBeGreaterThan(3 * alone);
});

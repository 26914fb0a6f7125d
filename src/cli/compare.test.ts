/** `compare` from outside the process, on short simulated runs and what other tools have saved. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompareDocument } from '../gate/compare-document.js';
import type { ResultDocument } from '../report/result.js';
import { packageFile } from '../util/package-file.js';
import {
  ensureBuilt,
  plainEnvironment,
  runCommand,
  type Outcome,
} from './testing/built-command.js';
import { SIMULATED } from './testing/gated.js';

let folder: string;
const at = (name: string): string => path.join(folder, name);
const save = (name: string, ...options: string[]): Promise<Outcome> =>
  runCommand([...SIMULATED, ...options, '--save', at(name)]);
const compare = (...argv: string[]): Promise<Outcome> => runCommand(['compare', ...argv]);
const files = (...names: string[]): string[] => names.map(at);

async function found(...argv: string[]): Promise<CompareDocument> {
  const { status, stdout, stderr } = await compare(...argv, '--json');
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as CompareDocument;
}

const resultOf = (name: string): ResultDocument =>
  JSON.parse(readFileSync(at(name), 'utf8')) as ResultDocument;

/** A copy of a saved run with something else in it. */
function write(name: string, from: string, change: (text: string) => string): string {
  const text = readFileSync(at(from), 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(at(name), changed);
  return at(name);
}

beforeAll(async () => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-compare-'));
  await save('a.json');
  await save('pristine.json', '--kernels', 'pristine');
  await save('patched.json', '--kernels', 'patched');
  await save('slow.json', '--set', 'zapPageNs=81');
  await save('tasks.json', '--tasks', '8', '--seed', '2');
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Without its line breaks. */
const flowing = (text: string): string => text.replace(/\s+/g, ' ');

const verdicts = ({ comparisons }: CompareDocument): string[] => [
  ...new Set(comparisons.map(({ verdict }) => verdict)),
];

describe('simulated runs', () => {
  it('of the same simulations are equal seed by seed, exactly', async () => {
    copyFileSync(at('a.json'), at('again.json'));
    const document = await found(...files('a.json', 'again.json'));
    expect(document.comparisons).toHaveLength(2 * 7);
    expect(verdicts(document)).toEqual(['no difference']);
    for (const { basis, pairs, change, ciLow, ciHigh } of document.comparisons) {
      expect([basis, pairs, change, ciLow, ciHigh]).toEqual(['seeds', 6, 0, 0, 0]);
    }
    expect([document.configuration, document.warnings]).toEqual([[], []]);
  });

  it('in a file alone are what the run itself has found', async () => {
    const { comparisons } = await found(at('a.json'));
    const own = resultOf('a.json').comparisons;
    expect(
      comparisons.map(({ verdict, pAdjusted, change }) => [verdict, pAdjusted, change]),
    ).toEqual(own.map(({ verdict, pAdjusted, change }) => [verdict, pAdjusted, change]));
  });

  it('in a file each are paired as if they had run together, which is said', async () => {
    const together = await found(at('a.json'));
    const apart = await found(...files('pristine.json', 'patched.json'));
    const numbers = ({ comparisons }: CompareDocument): unknown[] =>
      comparisons.map(({ base: _base, candidate: _candidate, ...rest }) => rest);
    expect(numbers(apart)).toEqual(numbers(together));
    expect(apart.notes[0]).toMatch(/^The files hold one run each, .*although their labels differ/);
  });

  it('are matched by label, and strangers are named', async () => {
    const document = await found(...files('a.json', 'patched.json'));
    expect(new Set(document.comparisons.map(({ base }) => base.label))).toEqual(
      new Set(['patched']),
    );
    expect(document.notes[0]).toMatch(
      /^(Only in '.*a\.json'|Not in '.*patched\.json'): pristine\.$/,
    );
  });

  it('of another machine are not paired, and the cost is named once', async () => {
    const document = await found(...files('a.json', 'slow.json'));
    expect(document.configuration).toEqual([
      {
        setting: 'machine.costs.zapPageNs',
        values: [
          { value: 80, files: [at('a.json')] },
          { value: 81, files: [at('slow.json')] },
        ],
      },
    ]);
    expect(new Set(document.comparisons.map(({ basis }) => basis))).toEqual(new Set(['unpaired']));
    const { stdout } = await compare(...files('a.json', 'slow.json'));
    expect(stdout).toContain(
      '\nNot the kernel alone differs: machine.costs.zapPageNs: 80 ns, but 81 ns in slow.json.\n',
    );
  });

  it('of another model version are warned of', async () => {
    write('model.json', 'a.json', (text) =>
      text.replace(/"modelVersion": \d+/, '"modelVersion": 1'),
    );
    const { status, stdout } = await compare(...files('a.json', 'model.json'));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^warning: the model itself changed: version \d+ in /m);
  });
});

describe('eight saved runs', () => {
  const eight = (): string[] =>
    files(
      ...['a', 'again', 'slow', 'tasks', 'patched', 'model', 'a', 'tasks'].map(
        (name) => `${name}.json`,
      ),
    );

  it('are one table on a screen, the first its base', async () => {
    const { status, stdout } = await compare(...eight());
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(20);
    expect(lines.length).toBeLessThanOrEqual(30);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(stdout.match(/adj\. p/g)).toHaveLength(1);
    expect(stdout).toMatch(/^file +label +n +median +change +95 % interval +adj\. p +verdict$/m);
    expect(stdout).toMatch(/^a\.json +pristine +6 +2\.\d+ M +base$/m);
    expect(stdout).toMatch(/^a\.json#2 +patched .* no difference$/m);
    expect(stdout).toMatch(/^tasks\.json +pristine .* 0\.\d{3} +faster$/m);
    expect(flowing(stdout)).toContain(
      'p is adjusted (Holm) for 13 comparisons of page faults/sec.',
    );
  });

  it('with all their settings and notes are a screen, of two kernels as of one', async () => {
    const costs = [80, 80, 81, 90, 100, 120, 160, 240];
    const lines = async (kernels: string): Promise<number> => {
      const saved = costs.map((_, index) => `${kernels}${index}.json`);
      for (const [index, cost] of costs.entries()) {
        await save(saved[index]!, '--kernels', kernels, '--set', `zapPageNs=${cost}`);
      }
      const { stdout } = await compare(...files(...saved));
      expect(stdout.match(/adj\. p/g)).toHaveLength(1);
      return stdout.trimEnd().split('\n').length;
    };
    expect(await lines('pristine,patched')).toBeLessThanOrEqual(27);
    expect(await lines('patched')).toBeLessThanOrEqual(20);
  }, 60_000);

  it('are adjusted together: Holm over the table', async () => {
    const { comparisons } = await found(...eight());
    const unequal = comparisons.filter(({ candidate }) => [3, 7].includes(candidate.side));
    for (const { p, pAdjusted } of unequal) {
      expect(p).toBeCloseTo(2 / 924, 10);
      expect(pAdjusted).toBeCloseTo((13 * 2) / 924, 10);
    }
  });

  it('show the metrics that are asked for', async () => {
    const { stdout } = await compare(...eight(), '--metric', 'writeHoldNsMax,faultsPerSecond');
    expect(stdout).toMatch(/^longest write hold\na\.json +pristine/m);
  });
});

describe('other tools', () => {
  it('Go benchmark text is compared by name, in all metrics of two files', async () => {
    const lines = (ns: number): string =>
      [1, 2, 3, 4, 5].map((i) => `BenchmarkA-8 100 ${ns + i} ns/op 7 B/op\n`).join('');
    writeFileSync(at('old.txt'), `${lines(100)}BenchmarkOld 1 5 ns/op\n`);
    writeFileSync(at('new.txt'), lines(50));
    const { stdout } = await compare(...files('old.txt', 'new.txt'));
    expect(stdout).toMatch(/^ns\/op +103\.0 +53\.00 +5 +-48\.5 % .* 0\.008 +faster$/m);
    expect(stdout).toMatch(/^B\/op +7\.000 +7\.000 +5 +0\.0 % .* no difference shown$/m);
    expect(flowing(stdout)).toMatch(/ Only in '[^']*old\.txt': Old\. /);
  });
});

describe('forms', () => {
  it('JSON obeys its schema, --save writes the same, CSV and Markdown have every comparison', async () => {
    const target = at('saved.json');
    const two = files('a.json', 'slow.json');
    const { stdout } = await compare(...two, '--json', '--save', target);
    expect(readFileSync(target, 'utf8')).toBe(stdout);
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    formats.default(ajv);
    const schema = (name: string): object =>
      JSON.parse(readFileSync(packageFile(`results/${name}.schema.json`), 'utf8')) as object;
    ajv.addSchema(schema('result'));
    const validate = ajv.compile(schema('compare'));
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
    const csv = (await compare(...two, '--format', 'csv')).stdout.split('\r\n');
    expect(csv).toHaveLength(1 + 14 + 1);
    const markdown = (await compare(...two, '--format', 'markdown')).stdout;
    expect(markdown.match(/^\| /gm)).toHaveLength(2 + 14);
    expect(markdown).toMatch(/^### mmsem-bench compare: .* against a\.json$/m);
  });

  it('the summary gets the Markdown', async () => {
    const summary = at('summary.md');
    const env = plainEnvironment({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
    const argv = ['compare', ...files('a.json', 'slow.json'), '--json'];
    expect((await runCommand(argv, env)).status).toBe(0);
    expect(readFileSync(summary, 'utf8')).toMatch(/^### mmsem-bench compare: /);
  });

  it('awkward names stay in their line and column, and apart', async () => {
    const long = 'x'.repeat(60);
    const awkward = [
      `a|b\n\u001b[31m${long}1.json`,
      `a|b\n\u001b[31m${long}2.json`,
      'with,comma.json',
    ];
    for (const name of awkward) copyFileSync(at('a.json'), at(name));
    const { status, stdout } = await compare(...files(...awkward));
    expect(status).toBe(0);
    expect(stdout).not.toContain('\u001b');
    const rows = stdout.split('\n').filter((line) => / (pristine|patched) /.test(line));
    expect(rows).toHaveLength(6);
    expect(new Set(rows.map((line) => line.split(/ {2,}/)[0])).size).toBe(3);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
    const markdown = (await compare(...files(...awkward), '--format', 'markdown')).stdout;
    const cells = markdown.split('\n').filter((line) => line.startsWith('| '));
    for (const row of cells) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(13);
  });
});

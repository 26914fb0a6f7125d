/** --format and what else CI services get, from outside the process, on a short simulated run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMAT_NAMES } from '../report/formats/formats.js';
import { renderMarkdown } from '../report/formats/markdown.js';
import type { ResultDocument } from '../report/result.js';
import { parseGoFile } from '../report/testing/go-benchmark-grammar.js';
import { parseXml } from '../report/testing/xml.js';
import {
  ensureBuilt,
  plainEnvironment,
  runCommand,
  type Outcome,
} from './testing/built-command.js';
import { SIMULATED } from './testing/gated.js';

/** Has a warning. */
const DOUBTFUL = [
  '--rounds',
  '2',
  '--mmap-bytes',
  '1G',
  '--timeout',
  '0.01s',
  '--engine',
  'virtual',
  '--tasks',
  '2',
];

let folder: string;
let document: ResultDocument;
const inFolder = (name: string): string => path.join(folder, name);
const run = (argv: readonly string[], env: Record<string, string> = {}): Promise<Outcome> =>
  runCommand([...SIMULATED, ...argv], plainEnvironment(env));

beforeAll(async () => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-formats-'));
  document = JSON.parse((await run(['--json'])).stdout) as ResultDocument;
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a form must be to be read by whoever it is for; the numbers are the document's. */
const JUDGES: Readonly<Record<(typeof FORMAT_NAMES)[number], (text: string) => void>> = {
  table: (text) => {
    expect(text).toMatch(/^page faults\/sec +\d/m);
  },
  json: (text) => {
    expect({ ...(JSON.parse(text) as ResultDocument), host: 0 }).toEqual({ ...document, host: 0 });
  },
  markdown: (text) => {
    // Only the machine's own line may differ, and does not here.
    expect(text).toBe(renderMarkdown(document));
  },
  csv: (text) => {
    const rows = text.split('\r\n');
    expect(rows).toHaveLength(1 + 2 * 6 + 1);
    expect(rows[1]).toContain(`,${document.kernels[0]!.rounds[0]!.faultsPerSecond!},`);
  },
  junit: (text) => {
    expect(parseXml(text).attributes['tests']).toBe(String(document.comparisons.length));
  },
  gobench: (text) => {
    const { results } = parseGoFile(text);
    expect(results.map(({ values }) => values['faults/s'])).toEqual(
      document.kernels.flatMap(({ rounds }) => rounds.map((round) => round.faultsPerSecond)),
    );
  },
  'benchmark-action': (text) => {
    const [first] = JSON.parse(text) as { value: number }[];
    expect(first!.value).toBe(document.kernels[0]!.faultsPerSecond.median);
  },
  'benchmark-action-smaller': (text) => {
    const [first] = JSON.parse(text) as { value: number }[];
    expect(first!.value).toBe(document.kernels[0]!.mmapSem.writeHoldNs.max);
  },
  bmf: (text) => {
    const [first] = Object.values(JSON.parse(text) as Record<string, Record<string, object>>);
    expect(first!['throughput']).toMatchObject({
      value: document.kernels[0]!.faultsPerSecond.median,
    });
  },
  hyperfine: (text) => {
    const { results } = JSON.parse(text) as { results: { times: number[]; system: number }[] };
    expect(results.map(({ times }) => times.length)).toEqual([6, 6]);
    expect(results[0]!.system).toBeGreaterThan(0);
  },
};

describe('--format', () => {
  it.each(FORMAT_NAMES)(
    '%s: nothing else on stdout, and --save keeps writing JSON',
    async (name) => {
      const file = inFolder(`${name}.json`);
      const { status, stdout, stderr } = await run([
        '--format',
        name,
        '--save',
        file,
        '--trace-hash',
      ]);
      expect(status).toBe(0);
      const saved = JSON.parse(readFileSync(file, 'utf8')) as ResultDocument;
      expect(saved.kernels).toEqual(document.kernels);
      JUDGES[name](stdout);
      expect(`${stdout}${stderr}`).toMatch(/^result sha256 [0-9a-f]{64}\n$/m);
      expect(stderr === '').toBe(name === 'table');
    },
  );

  it('--json is short for one of them, and the last one counts', async () => {
    const { stdout } = await run(['--format', 'csv', '--json']);
    JUDGES.json(stdout);
  });

  it('warnings for which a form has no room are on stderr', async () => {
    const table = await runCommand([...DOUBTFUL]);
    const warnings = [...table.stdout.matchAll(/^warning: (.*)$/gm)].map(([, text]) => text!);
    expect(warnings.length).toBeGreaterThan(0);
    const gobench = await runCommand([...DOUBTFUL, '--format', 'gobench']);
    parseGoFile(gobench.stdout);
    expect(gobench.stderr).toBe(warnings.map((text) => `mmsem-bench: warning: ${text}\n`).join(''));
  });
});

describe('on GitHub Actions', () => {
  it('the Markdown is appended to the step summary', async () => {
    const file = inFolder('step.md');
    writeFileSync(file, 'of another tool\n');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file };
    const { status, stdout, stderr } = await run(['--json'], env);
    expect([status, stderr]).toEqual([0, '']);
    JUDGES.json(stdout);
    expect(readFileSync(file, 'utf8')).toBe(`of another tool\n\n${renderMarkdown(document)}\n`);
  });

  it('warnings are annotations, on stderr', async () => {
    const env = plainEnvironment({ GITHUB_ACTIONS: 'true' });
    const { stdout, stderr } = await runCommand([...DOUBTFUL, '--json'], env);
    const { warnings } = JSON.parse(stdout) as ResultDocument;
    expect(warnings.length).toBeGreaterThan(0);
    expect(stderr).toBe(
      warnings
        .map((text) => `::warning title=mmsem-bench::${text.replaceAll('%', '%25')}\n`)
        .join(''),
    );
  });
});

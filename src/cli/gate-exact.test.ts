/** What a gate on a simulation is for: nothing about the model changes unseen. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GateDocument } from '../gate/gate-json.js';
import { packageFile } from '../util/package-file.js';
import { ensureBuilt, runShell, type Outcome } from './testing/built-command.js';
import { SIMULATED } from './testing/gated.js';

let folder: string;
let baseline: string;

/** `mmsem-bench gate` of a copy of the package in which `from` in one file has become `to`. */
async function gateWith(file: string, from: string, to: string): Promise<Outcome> {
  const copy = mkdtempSync(path.join(folder, 'copy-'));
  for (const name of ['bin', 'dist', 'package.json', 'workloads', 'results']) {
    cpSync(packageFile(name), path.join(copy, name), { recursive: true });
  }
  symlinkSync(packageFile('node_modules'), path.join(copy, 'node_modules'));
  const changed = path.join(copy, file);
  const text = readFileSync(changed, 'utf8');
  expect(text.split(from)).toHaveLength(2);
  writeFileSync(changed, text.replace(from, to));
  const bin = path.join(copy, 'bin/mmsem-bench.js');
  return runShell(`'${process.execPath}' '${bin}' gate --baseline ${baseline} --json`);
}

const verdictOf = ({ stdout }: Outcome): string => (JSON.parse(stdout) as GateDocument).verdict;

beforeAll(async () => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-exact-'));
  baseline = path.join(folder, 'baseline.json');
  const words = [
    ...SIMULATED,
    '--kernels',
    'pristine,patched,mainline',
    '--save-baseline',
    baseline,
  ];
  const saved = await runShell(`mmsem-bench gate ${words.join(' ')}`);
  expect(saved.status).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('passes what is the same, from another folder', async () => {
  const same = await gateWith('bin/mmsem-bench.js', "'../dist", "'../dist/../dist");
  expect([verdictOf(same), same.status]).toEqual(['pass', 0]);
});

it('fails a cost that is 1 ns higher in the profile, and names it', async () => {
  const file = 'workloads/machines/e5-2680-32.json';
  const text = readFileSync(packageFile(file), 'utf8');
  const [line, key, value] = /("zapPageNs":\s*\{\s*"value": )(\d+)/.exec(text)!;
  const dearer = await gateWith(file, line, `${key}${Number(value) + 1}`);
  expect([verdictOf(dearer), dearer.status]).toEqual(['not-comparable', 4]);
  expect(dearer.stdout).toContain(
    `machine.costs.zapPageNs ${Number(value) + 1} instead of ${value}`,
  );
});

it('fails work that costs 1 ns more than the profile says', async () => {
  const { status, stdout } = await gateWith(
    'dist/engine/virtual/work-table.js',
    'const crowded =',
    'alone[COST.syscall] += 1; const crowded =',
  );
  expect(['regression', 'not-comparable']).toContain((JSON.parse(stdout) as GateDocument).verdict);
  expect([1, 4]).toContain(status);
});

it('fails a lock that a strategy gives up one line earlier', async () => {
  const rest =
    '        }\n        else {\n            result = yield* doMunmap(cpu, mm, range);\n        }\n' +
    '        yield* upWrite(cpu, mm.sem);\n';
  const before = `            yield* freeVmas(cpu, range);\n${rest}`;
  const after = `${rest}        yield* freeVmas(cpu, range);\n`;
  const early = await gateWith('dist/mm/munmap/patched.js', before, after);
  const { checks } = JSON.parse(early.stdout) as GateDocument;
  const changed = checks.filter(({ verdict }) => verdict !== 'pass');
  expect(new Set(changed.map(({ kernel }) => kernel))).toEqual(new Set(['patched']));
  expect([1, 4]).toContain(early.status);
});

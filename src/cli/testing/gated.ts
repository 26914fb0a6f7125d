/** What tests of gates run, and baselines with something changed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ResultDocument } from '../../report/result.js';
import { ensureBuilt, plainEnvironment, runCommand, type Outcome } from './built-command.js';

/** A third of a second. */
export const SIMULATED =
  '--engine virtual --mmap-bytes 64M --tasks 4 --seeds 6 --timeout 0.06s --threshold 4M'.split(' ');

/** With the page faults of all rounds changed, in whole numbers, and their rates with them. */
export const withRates = (
  document: ResultDocument,
  change: (faults: number) => number,
): ResultDocument => ({
  ...document,
  kernels: document.kernels.map((kernel) => ({
    ...kernel,
    rounds: kernel.rounds.map((round) => {
      const faultsTotal = Math.round(change(round.counters.faultsTotal));
      const counters = { ...round.counters, faultsTotal };
      return { ...round, counters, faultsPerSecond: faultsTotal / round.seconds };
    }),
  })),
});

/** The document in `baseline` with something changed, in a file of its own beside it. */
export function altered(
  baseline: string,
  name: string,
  change: (document: ResultDocument) => object,
): string {
  const document = JSON.parse(readFileSync(baseline, 'utf8')) as ResultDocument;
  const file = path.join(path.dirname(baseline), `${name}.json`);
  writeFileSync(file, JSON.stringify(change(document)));
  return file;
}

/** `mmsem-bench gate ARGV...` in a shell with nothing special. */
export const gate = (argv: readonly string[], env = {}): Promise<Outcome> =>
  runCommand(['gate', ...argv], plainEnvironment(env));

/** A folder of the test file's own, and in it the baseline of `SIMULATED`. */
export interface Gated {
  readonly folder: string;
  readonly baseline: string;
}

/** Makes both before the tests of a file, and removes them after. */
export function gated(): () => Gated {
  let made: Gated;
  beforeAll(async () => {
    ensureBuilt();
    const folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-gate-'));
    made = { folder, baseline: path.join(folder, 'baseline.json') };
    const { status, stdout } = await gate([...SIMULATED, '--save-baseline', made.baseline]);
    expect(stdout).toContain(`saved to ${made.baseline}`);
    expect(status).toBe(0);
  });
  afterAll(() => {
    rmSync(made.folder, { recursive: true, force: true });
  });
  return () => made;
}

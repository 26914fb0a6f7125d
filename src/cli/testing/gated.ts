/** What tests of gates run, and baselines with something changed. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ResultDocument } from '../../report/result.js';

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

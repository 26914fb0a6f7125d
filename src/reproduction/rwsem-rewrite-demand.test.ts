/** What the committed figures of the rwsem rewrite must show: the published collapse and recovery. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Reproduction, ReproductionRow } from '../samples/reproduction.js';
import { packageFile } from '../util/package-file.js';

const THREADS = [2, 4, 8, 16, 32, 64];

const [study] = (
  JSON.parse(readFileSync(packageFile('results/reproductions/rwsem-rewrite.json'), 'utf8')) as {
    readonly reproductions: readonly Reproduction[];
  }
).reproductions;

/** By number of threads, in the order of the counts. */
const before = rowsThat('before');
/** One list for each policy that stands for the rewrite. */
const after = [...new Set(rowsNamed('after').map(policyOf))].map((policy) => ({
  policy,
  rows: rowsThat('after', policy),
}));

function rowsNamed(when: string): readonly ReproductionRow[] {
  return study!.rows.filter((row) => row.name.startsWith(`${when}, `) && row.published !== null);
}

function rowsThat(when: string, policy = ''): readonly ReproductionRow[] {
  const rows = rowsNamed(when).filter(({ name }) => name.endsWith(policy));
  return THREADS.flatMap((count) =>
    rows.filter(({ name }) => name.includes(`, ${count} threads,`)),
  );
}

function policyOf({ name }: ReproductionRow): string {
  return name.slice(name.lastIndexOf(', '));
}

describe('the rewrite of the rwsem', () => {
  it('has one figure for every published count, before and after', () => {
    expect(before).toHaveLength(THREADS.length);
    expect(after.length).toBeGreaterThan(0);
    for (const { rows } of after) expect(rows).toHaveLength(THREADS.length);
  });

  it('before: with more threads than two the rate collapses, and does not come back', () => {
    const [two, ...more] = before;
    for (const { ours, name } of more) expect(ours, name).toBeLessThan(two!.ours / 4);
  });

  it.each(after)('after is above before at every count$policy', ({ rows }) => {
    for (const [i, { ours, name }] of rows.entries()) {
      expect(ours, name).toBeGreaterThan(before[i]!.ours);
    }
  });

  // The model collapses at once, to one and the same rate; the published lock went on falling.
  it.each(after)(
    'after is off by more than a factor of 2 at 4 to 16 threads only$policy',
    ({ rows }) => {
      expect(rows.filter(isOff).map(threadsOf)).toEqual(['4', '8', '16']);
      for (const { ratio, name } of rows) expect(ratio, name).toBeGreaterThan(0.4);
    },
  );

  it('before is off by more than a factor of 2 where the README says so, and nowhere else', () => {
    expect(before.filter(isOff).map(threadsOf)).toEqual(['4', '8', '16', '64']);
  });
});

function isOff({ ratio }: ReproductionRow): boolean {
  return !(ratio! >= 0.5 && ratio! <= 2);
}

function threadsOf({ name }: ReproductionRow): string {
  return /\d+(?= threads)/.exec(name)![0];
}

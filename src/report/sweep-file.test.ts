import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '../plan/plan.js';
import { WHOLE } from '../plan/shard.js';
import { formatSweep, designSweep, type SweepDesign } from './sweep-document.js';
import { keepSweep } from './sweep-file.js';
import { parseSweep, readSweep, SweepRefused } from './sweep-reader.js';
import {
  AXES,
  syntheticDesign,
  syntheticPoint,
  syntheticSweep,
} from './testing/synthetic-sweep.js';
import { syntheticPlan } from '../stats/testing/synthetic-run.js';
import { TOOL } from './testing/synthetic-result.js';

const POINTS = 6;
const design = syntheticDesign();
const whole = syntheticSweep(design);

let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mmsem-bench-sweep-'));
  file = join(directory, 'sweep.json');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('a file of points', () => {
  it('is the same however often the sweep is interrupted and in whatever order points finish', () => {
    for (const some of [[4, 0], [], [5], [2, 1, 3]]) {
      const keeper = keepSweep(file, design, POINTS);
      for (const index of some) keeper.add(syntheticPoint(design, index));
      keeper.flush();
    }
    expect(readFileSync(file, 'utf8')).toBe(formatSweep(whole));
    expect(readdirSync(directory)).toEqual(['sweep.json']);
  });

  it('has the first point as soon as it is finished', () => {
    const keeper = keepSweep(file, design, POINTS);
    expect(readSweep(file, 'REMEDY')).toMatchObject({ partial: true, points: [] });
    keeper.add(syntheticPoint(design, 3));
    expect(readSweep(file, 'REMEDY').points.map(({ index }) => index)).toEqual([3]);
  });

  it('may be there and empty', () => {
    writeFileSync(file, '');
    keepSweep(file, design, POINTS);
    expect(readSweep(file, 'REMEDY').points).toEqual([]);
  });
});

describe('a file of something else is refused and stays as it is', () => {
  function refusalOf(text: string, wanted: SweepDesign): string {
    writeFileSync(file, text);
    try {
      keepSweep(file, wanted, POINTS);
    } catch (error) {
      expect(error).toBeInstanceOf(SweepRefused);
      expect(readFileSync(file, 'utf8')).toBe(text);
      return (error as SweepRefused).message;
    }
    throw new Error('accepted');
  }
  const withOption = (changes: Partial<Plan>): string =>
    refusalOf(formatSweep(whole), syntheticDesign(WHOLE, changes));

  it('another option, axis or shard', () => {
    expect(withOption({ rwsem: 'no-steal' })).toContain(
      'plan.rwsem is fifo-4.17 in the file and no-steal here',
    );
    const axes = [AXES[1]!, AXES[0]!];
    expect(refusalOf(formatSweep(whole), syntheticDesign(WHOLE, {}, axes))).toContain(
      'the order of axes is ["tasks","seed"] in the file and ["seed","tasks"] here',
    );
    expect(refusalOf(formatSweep(whole), syntheticDesign({ index: 2, count: 3 }))).toContain(
      'it holds shard 1 of 1, and this is shard 2 of 3: every shard needs a file of its own',
    );
  });

  it('another plan at a later point alone', () => {
    const plans = design.changes.map((_, index) =>
      syntheticPlan({ rounds: 6, tasks: [1, 1, 2, 2, 4, 5][index]!, seed: 7 + (index % 2) }),
    );
    const other = designSweep(TOOL, AXES, plans, WHOLE);
    expect(refusalOf(formatSweep(whole), other)).toContain(
      'at point 5, tasks is 4 in the file and 5 here',
    );
    expect(refusalOf(formatSweep(syntheticSweep(design, [0])), other)).toContain(
      'points that it does not have yet have other plans here',
    );
  });

  it.each(['{}', '[]', 'null', 'x', '{"schema":"mmsem-bench/result"}'])('%s', (text) => {
    expect(refusalOf(text, design)).toMatch(
      /is no saved sweep: (it is not JSON, or cut off|its "schema" is not "mmsem-bench\/sweep"); give another file/,
    );
  });
});

describe('reading', () => {
  const damaged = (change: (document: Record<string, never>) => void): unknown => {
    const copy = JSON.parse(formatSweep(whole)) as Record<string, never>;
    change(copy);
    return parseSweep(JSON.stringify(copy));
  };

  it('gives back what was written', () => {
    expect(parseSweep(formatSweep(whole))).toEqual(JSON.parse(JSON.stringify(whole)));
  });

  it('finds damage wherever a table would stumble over it', () => {
    const points = (copy: Record<string, unknown>): Record<string, unknown>[] =>
      copy['points'] as Record<string, unknown>[];
    const damages: ((copy: Record<string, unknown>) => void)[] = [
      (copy) => delete points(copy)[1]!['kernels'],
      (copy) => (points(copy)[1]!['index'] = 0),
      (copy) => (points(copy)[1]!['at'] = {}),
      (copy) => (points(copy)[1]!['comparisons'] = [{}]),
      (copy) => (points(copy)[1]!['kernels'] = [{ name: 'pristine', metrics: {} }]),
      (copy) => (points(copy)[1]!['warnings'] = [3]),
      (copy) => (points(copy)[1] = null as never),
    ];
    for (const damage of damages) expect(damaged(damage)).toBe('point 1 of its list is damaged');
    for (const key of ['tool', 'configuration', 'shard', 'points', 'partial']) {
      expect(damaged((copy) => Reflect.deleteProperty(copy, key))).toBe('its head is damaged');
    }
    expect(damaged((copy) => points(copy).pop())).toBe('it does not know whether it is complete');
    expect(damaged((copy) => ((copy as Record<string, unknown>)['version'] = 2))).toContain(
      'of version 2',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { ANNOTATIONS_MAX, renderAnnotations } from '../report/formats/annotation.js';
import { gateAnnotations } from './gate-annotations.js';
import { isGood } from './gate-words.js';
import { GATES, withAction } from './testing/synthetic-gate.js';

const NAMES = Object.keys(GATES);
const levelsOf = (name: string): string[] =>
  gateAnnotations(GATES[name]!).map(({ level, title }) => `${level} ${title}`);

describe('annotations of a gate', () => {
  it.each(NAMES)('%s: there is an error if and only if it fails', (name) => {
    for (const action of ['fail', 'warn', 'pass'] as const) {
      const annotations = gateAnnotations(withAction(GATES[name]!, action));
      expect(annotations.some(({ level }) => level === 'error')).toBe(action === 'fail');
    }
  });

  it.each(NAMES)('%s: tells its verdict, and no text begins a command of its own', (name) => {
    const { verdict, warnings } = GATES[name]!;
    const text = renderAnnotations(gateAnnotations(GATES[name]!));
    expect(text).toContain(`title=mmsem-bench ${verdict}::${verdict}`);
    expect(text).toMatch(/^(::(error|warning|notice) title=mmsem-bench[^:]*::.+\n)+$/);
    if (isGood(verdict)) expect(text.startsWith('::notice ')).toBe(warnings.length === 0);
  });

  it('what fails is an error, and doubts are warnings', () => {
    expect(levelsOf('regression')).toEqual([
      'error mmsem-bench regression',
      'error mmsem-bench inconclusive',
      'warning mmsem-bench',
    ]);
    expect(levelsOf('untrustworthy')).toEqual([
      'error mmsem-bench untrustworthy',
      'warning mmsem-bench regression',
    ]);
  });

  it('what fails nothing is a warning, with what excuses it', () => {
    expect(levelsOf('advisory regression')).toEqual([
      'warning mmsem-bench regression',
      'warning mmsem-bench inconclusive',
      'warning mmsem-bench',
    ]);
    expect(levelsOf('inconclusive, let pass')).toEqual(['notice mmsem-bench inconclusive']);
  });

  it('the worst come first, and the last one says how many are not shown', () => {
    const lines = renderAnnotations(gateAnnotations(GATES['many checks']!)).trimEnd().split('\n');
    expect(lines).toHaveLength(ANNOTATIONS_MAX);
    expect(lines[0]).toMatch(/: check 0$/);
    expect(lines.at(-1)).toMatch(/: check 9 \(and 15 more that are not shown\)$/);
  });
});

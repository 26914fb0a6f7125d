import { describe, expect, it } from 'vitest';
import { ANNOTATIONS_MAX, renderAnnotations, type Annotation } from './annotation.js';

const one = (more: Partial<Annotation> = {}): Annotation => ({
  level: 'warning',
  title: 'noise floor',
  message: 'smallest effect resolvable here is 3.1 %',
  ...more,
});

describe('annotations', () => {
  it('are workflow commands, a line each', () => {
    expect(renderAnnotations([one()])).toBe(
      '::warning title=noise floor::smallest effect resolvable here is 3.1 %25\n',
    );
    expect(renderAnnotations([one({ level: 'error', file: 'perf.yml', line: 1 })])).toMatch(
      /^::error title=noise floor,file=perf\.yml,line=1::/,
    );
    expect(renderAnnotations([])).toBe('');
  });

  it('escape what would end them, a percent sign first', () => {
    const text = 'a:b,c%0A%\r\n::error::d';
    expect(renderAnnotations([one({ title: text, message: text })])).toBe(
      '::warning title=a%3Ab%2Cc%250A%25%0D%0A%3A%3Aerror%3A%3Ad::a:b,c%250A%25%0D%0A::error::d\n',
    );
  });

  it('stay within what is shown, and the last one says what is not', () => {
    const many = Array.from({ length: 25 }, (_, i) => one({ message: `message ${i}` }));
    const lines = renderAnnotations([...many, one({ level: 'error' })])
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(1 + ANNOTATIONS_MAX);
    expect(lines[0]).toMatch(/^::error /);
    expect(lines.at(-1)).toBe(
      '::warning title=noise floor::message 9 (and 15 more that are not shown)',
    );
  });
});

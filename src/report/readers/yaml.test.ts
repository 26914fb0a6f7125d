import { describe, expect, it } from 'vitest';
import { parseYaml } from './yaml.js';

const inDocument = (text: string): string => `---\n${text}\n...\n`;

describe('the YAML of stress-ng', () => {
  it('is mappings, lists of mappings and scalars, which stay texts', () => {
    const text = `a:
      plain: 2026:11:22
      quoted: '#1 it''s: "x"'   # remark
      empty:
      remark: #1 SMP
      blank: ''
      -of-pages: 5
b:
    - c: 1
      d:
          - e: 2
            f: 3
          - e: 4
    - c: 5

# remark
g:`;
    expect(parseYaml(inDocument(text))).toEqual([
      {
        a: {
          plain: '2026:11:22',
          quoted: '#1 it\'s: "x"',
          empty: null,
          remark: null,
          blank: '',
          '-of-pages': '5',
        },
        b: [{ c: '1', d: [{ e: '2', f: '3' }, { e: '4' }] }, { c: '5' }],
        g: null,
      },
    ]);
  });

  it('may be several documents, with CR LF', () => {
    expect(parseYaml('---\r\na: 1\r\n...\r\n---\r\na: 2\r\n...\r\n')).toEqual([
      { a: '1' },
      { a: '2' },
    ]);
    expect(parseYaml('---\n...\n')).toEqual([null]);
  });

  it.each([
    ['a: [1, 2]', `line 2 has '[1, 2]', a form that is not read`],
    ['a: {b: 1}', 'a form that is not read'],
    ['a: "x"', 'a form that is not read'],
    ['a: |', 'a form that is not read'],
    ['a: &x 1', 'a form that is not read'],
    ['a: b: c', 'a form that is not read'],
    [`a: 'x`, 'no closing quote'],
    [`a: 'x' y`, 'no closing quote'],
    ['a: 1\na: 2', 'line 3 has a second a'],
    ['just text', `line 2 has 'just text' where 'key: value' belongs`],
    ['a: 1\n   b: 2', 'line 3 has indentation that fits nothing above'],
    ['a:\n    b: 1\n  c: 2', 'line 4 has indentation that fits nothing above'],
    ['a:\n\tb: 1', 'a tab in the indentation'],
  ])('refuses %j with its line', (text, message) => {
    expect(() => parseYaml(inDocument(text))).toThrow(message);
  });

  it('refuses what was cut off, or is outside of a document', () => {
    expect(() => parseYaml('---\na: 1\n')).toThrow(`it is cut off: no '...' up to line 3`);
    expect(() => parseYaml('---\na: 1\n---\na: 1\n...\n')).toThrow('cut off');
    expect(() => parseYaml('a: 1\n...\n')).toThrow("line 1 has text outside of '---' and '...'");
    expect(() => parseYaml('...\n')).toThrow("'...' without '---'");
  });
});

import { describe, expect, it } from 'vitest';
import { cellsOf, textOf, treeOf, typesOf } from '../report/testing/markdown-tree.js';
import { renderGateMarkdown } from './gate-markdown.js';
import { GATES } from './testing/synthetic-gate.js';

const NAMES = Object.keys(GATES);

describe('Markdown of a gate', () => {
  it.each(NAMES)('%s: the verdict, one table, and nothing that is not meant', async (name) => {
    const { verdict, checks } = GATES[name]!;
    const markdown = renderGateMarkdown(GATES[name]!);
    const nodes = await treeOf(markdown);
    const [heading] = nodes;
    expect([heading!.type, heading!.depth]).toEqual(['heading', 3]);
    expect(textOf(heading!).startsWith(`mmsem-bench gate: ${verdict}`)).toBe(true);
    expect(nodes.filter(({ type }) => type === 'heading')).toHaveLength(1);
    const tables = nodes.filter(({ type }) => type === 'table').map(cellsOf);
    expect(tables).toHaveLength(checks.length === 0 ? 0 : 1);
    for (const [heads, ...rows] of tables) {
      expect(rows).toHaveLength(checks.length);
      for (const row of rows) expect(row).toHaveLength(heads!.length);
      expect(rows.map((row) => row.at(-1))).toEqual(checks.map((check) => check.verdict));
    }
    const allowed = ['heading', 'list', 'table', 'paragraph', 'html'];
    expect(typesOf(nodes).filter((type) => !allowed.includes(type))).toEqual([]);
    const html = nodes.filter(({ type }) => type === 'html').map(textOf);
    for (const text of html) expect(text).toMatch(/^<\/?details>/);
    expect(markdown).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it('is verdict, table, what is wrong, what to do, and the rest folded up', async () => {
    const nodes = await treeOf(renderGateMarkdown(GATES['regression']!));
    expect(typesOf(nodes)).toEqual([
      ...['heading', 'table', 'list', 'paragraph'],
      ...['html', 'list', 'html', 'html', 'list', 'html'],
    ]);
    expect(textOf(nodes[0]!)).toBe('mmsem-bench gate: regression: 1 of 4 checks');
    expect(cellsOf(nodes[1]!)[2]).toEqual([
      'patched.munmapBytesPerSecond',
      '4.95 GiB/s',
      '4.65 GiB/s',
      '-6.2 %',
      '-7.9 .. -4.4 %',
      '-5.0 %',
      'regression',
    ]);
  });

  it('shows names as they are, wherever they stand', async () => {
    const nodes = await treeOf(renderGateMarkdown(GATES['awkward names']!));
    const text = nodes.map(textOf).join('\n');
    expect(text).toContain('a|b <c> & "d" \'e\' `f` *g* _h_ ::error::i, 100 %');
    expect(text).toContain('why: # z');
  });
});

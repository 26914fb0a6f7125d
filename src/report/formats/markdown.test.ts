import { describe, expect, it } from 'vitest';
import { formatScaled } from '../format.js';
import type { ResultDocument } from '../result.js';
import { AWKWARD, RESULTS } from '../testing/awkward-results.js';
import { cellsOf, textOf, treeOf, typesOf } from '../testing/markdown-tree.js';
import { escapeMarkdown } from './markdown-text.js';
import { renderMarkdown } from './markdown.js';

const TWO = RESULTS['two kernels']!;

describe('Markdown', () => {
  it('is a heading, a table, words and settings folded up', async () => {
    const nodes = await treeOf(renderMarkdown(TWO));
    expect(typesOf(nodes)).toEqual(['heading', 'table', 'paragraph', 'html', 'list', 'html']);
    expect(nodes[0]!.depth).toBe(3);
    expect(textOf(nodes[0]!)).toMatch(
      /^mmsem-bench: patched faster \(\+6\.\d % page faults\/sec\) against pristine$/,
    );
  });

  it('has a row for every metric, with the numbers of the document', async () => {
    const [header, ...rows] = cellsOf((await treeOf(renderMarkdown(TWO)))[1]!);
    expect(header).toEqual(['metric', 'pristine', 'patched', 'change', '95 % interval', 'verdict']);
    expect(rows.map((row) => row.at(-1))).toEqual(TWO.comparisons.map(({ verdict }) => verdict));
    for (const row of rows) expect(row).toHaveLength(header!.length);
    expect(rows[0]!.slice(0, 3)).toEqual([
      'page faults/sec',
      ...TWO.kernels.map(({ faultsPerSecond }) => formatScaled(faultsPerSecond.median!)),
    ]);
  });

  it('puts the differences of several kernels into a table of their own', async () => {
    const nodes = await treeOf(renderMarkdown(RESULTS['three kernels']!));
    const [numbers, differences] = nodes.filter(({ type }) => type === 'table').map(cellsOf);
    expect(numbers![0]).toEqual(['metric', 'pristine', 'patched', 'mainline']);
    expect(differences).toHaveLength(1 + 2 * (numbers!.length - 1));
  });

  it.each(Object.keys(RESULTS))('%s: short, and every table is one', async (name) => {
    const document: ResultDocument = RESULTS[name]!;
    const markdown = renderMarkdown(document);
    expect(markdown.length).toBeLessThan(8000);
    const tables = (await treeOf(markdown)).filter(({ type }) => type === 'table');
    expect(tables).toHaveLength(document.kernels.length > 2 ? 2 : 1);
    for (const table of tables) {
      const [header, ...rows] = cellsOf(table);
      for (const row of rows) expect(row).toHaveLength(header!.length);
    }
    expect(markdown.includes('partial run')).toBe(document.partial);
  });

  it('shows names as they are, in cells and outside', async () => {
    const kernels = TWO.kernels.map((kernel, i) => ({
      ...kernel,
      name: i === 1 ? 'a|b*c*<d>' : kernel.name,
    }));
    const nodes = await treeOf(renderMarkdown({ ...TWO, kernels, warnings: [AWKWARD] }));
    expect(typesOf(nodes)).toEqual([
      'heading',
      'table',
      'paragraph',
      'list',
      'html',
      'list',
      'html',
    ]);
    expect(cellsOf(nodes[1]!)[0]![2]).toBe('a|b*c*<d>');
    expect(typesOf(nodes[3]!.children![0]!.children![0]!.children!)).not.toContain('html');
  });

  it('escapes every sign of Markdown and HTML', () => {
    expect(escapeMarkdown('|*_`<&~[]\\\n')).toBe('\\|\\*\\_\\`&lt;&amp;\\~\\[\\]\\\\ ');
  });
});

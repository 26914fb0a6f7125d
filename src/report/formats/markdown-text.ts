/** The pieces of GitHub-flavoured Markdown that reports are made of. */

/** Of a column whose head begins with `>` the cells stand on the right. */
export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const heads = columns.map((column) => column.replace(/^>/, ''));
  const rules = columns.map((column) => (column.startsWith('>') ? '--:' : '---'));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(heads.map(escapeMarkdown)),
    line(rules),
    ...rows.map((cells) => line(cells.map(escapeMarkdown))),
  ].join('\n');
}

/** A list folded up under its title. The empty line after the title makes Markdown of what follows. */
export function foldedList(title: string, lines: readonly string[]): string {
  const items = lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n');
  return `<details><summary>${escapeMarkdown(title)}</summary>\n\n${items}\n\n</details>`;
}

/** Plain text stays plain text, in a cell as outside: no sign of it is Markdown or HTML. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');
}

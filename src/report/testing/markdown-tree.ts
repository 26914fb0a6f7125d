/** Markdown as a parser of GitHub's flavour sees it. */
import * as prettier from 'prettier';

/** A piece of Markdown and what is in it. */
export interface Node {
  readonly type: string;
  readonly value?: string;
  readonly depth?: number;
  readonly children?: readonly Node[];
}

/** The tree that a parser of GitHub's Markdown sees. */
export async function treeOf(markdown: string): Promise<readonly Node[]> {
  const { __debug } = prettier as unknown as {
    __debug: { parse: (text: string, options: object) => Promise<{ ast: Node }> };
  };
  return (await __debug.parse(markdown, { parser: 'markdown' })).ast.children!;
}

/** What a reader sees of it. */
export function textOf({ value, children }: Node): string {
  return value ?? (children ?? []).map(textOf).join('');
}

/** Rows of a table. */
export function cellsOf(table: Node): string[][] {
  return table.children!.map((row) => row.children!.map((cell) => textOf(cell).trim()));
}

export const typesOf = (nodes: readonly Node[]): string[] => nodes.map(({ type }) => type);

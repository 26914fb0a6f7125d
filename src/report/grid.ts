/** One cell of a grid of text; `paint` colours it without being counted in its width. */
export interface Cell {
  readonly text: string;
  readonly align?: 'left' | 'right';
  paint?(text: string): string;
}

/** Between two columns, spaces. */
const GUTTER = 2;

/** Lines of aligned columns without trailing blanks. Every row has the same number of cells. */
export function renderGrid(rows: readonly (readonly Cell[])[]): string[] {
  const widths = columnWidths(rows);
  return rows.map((row) =>
    row
      .map((cell, column) => renderCell(cell, widths[column]!, column === row.length - 1))
      .join(' '.repeat(GUTTER)),
  );
}

/** Width of the widest line, columns. */
export function gridWidth(rows: readonly (readonly Cell[])[]): number {
  const widths = columnWidths(rows);
  return widths.reduce((sum, width) => sum + width, GUTTER * (widths.length - 1));
}

function columnWidths(rows: readonly (readonly Cell[])[]): number[] {
  const columns = rows[0]?.length ?? 0;
  return Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]!.text.length)),
  );
}

function renderCell(cell: Cell, width: number, last: boolean): string {
  const painted = cell.paint === undefined ? cell.text : cell.paint(cell.text);
  const blanks = ' '.repeat(width - cell.text.length);
  if (cell.align === 'right') return blanks + painted;
  return last ? painted : painted + blanks;
}

/** Blanks at which a line may end: not between a number and its unit, nor around `..`. */
const BREAKS = /(?<!\.\.) (?!(?:\.\.|%|[nuµm]?s|[KMGTPE])(?!\w))/;

/** Breaks text between words into lines of at most `width` columns; a longer word stays whole. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(BREAKS)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}

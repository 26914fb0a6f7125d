/** An empty field stands for a number that does not exist. */
export type CsvField = string | number | boolean | null | undefined;

/** RFC 4180: fields separated by commas, quoted where they must be, every line ended by CR LF. */
export function renderCsvRows(rows: readonly (readonly CsvField[])[]): string {
  return rows.map((row) => `${row.map(fieldText).join(',')}\r\n`).join('');
}

function fieldText(field: CsvField): string {
  const text = String(field ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

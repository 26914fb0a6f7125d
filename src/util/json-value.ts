/** What a value is that came out of somebody's JSON. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** No empty text: nothing that is written down has one for a name or a word. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A whole number from `low` to `high`. */
export function isWhole(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

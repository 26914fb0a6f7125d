/** The grid of a sweep: every value of every axis with every value of all others. */

/** A quantity that a sweep varies, and the texts that it takes in turn, as the user wrote them. */
export interface Axis {
  readonly name: string;
  /** At least one, none twice. */
  readonly values: readonly string[];
}

/** Number of points; 1 without axes. */
export function gridSize(axes: readonly Axis[]): number {
  return axes.reduce((size, { values }) => size * values.length, 1);
}

/** Value of every axis at point `index`, counted from 0: the last axis is the fastest. */
export function gridPoint(axes: readonly Axis[], index: number): string[] {
  const values: string[] = [];
  let rest = index;
  for (const axis of [...axes].reverse()) {
    values.push(axis.values[rest % axis.values.length]!);
    rest = Math.floor(rest / axis.values.length);
  }
  return values.reverse();
}

/** A point in words: `tasks=4 zapPageNs=118`. */
export function pointText(axes: readonly Axis[], index: number): string {
  const values = gridPoint(axes, index);
  return axes.map(({ name }, axis) => `${name}=${values[axis]!}`).join(' ');
}

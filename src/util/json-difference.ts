/** What differs between two values that JSON can hold. */

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Difference {
  /** Keys from the top, joined by dots: `machine.costs.zapPageNs`; '' for the values themselves. */
  readonly path: string;
  /** Undefined where a value has no such key. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/**
 * Every difference, in the order of the keys of `before`, then of those that only `after` has. Goes
 * down into objects; arrays differ as a whole.
 */
export function differences(
  before: Json | undefined,
  after: Json | undefined,
  path = '',
): Difference[] {
  if (!isObject(before) || !isObject(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    differences(own(before, key), own(after, key), path === '' ? key : `${path}.${key}`),
  );
}

function own(object: Readonly<Record<string, Json>>, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

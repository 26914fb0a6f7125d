/** Twice the midrank of each value, counted from 1: whole numbers, whatever the ties. */
export function doubledRanks(values: readonly number[]): number[] {
  const order = values
    .map((value, index) => ({ value, index }))
    .sort((left, right) => left.value - right.value);
  const ranks = new Array<number>(values.length).fill(0);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && order[end]!.value === order[first]!.value) end++;
    // Ranks first + 1 to end, whose mean doubled is this sum.
    for (let tied = first; tied < end; tied++) ranks[order[tied]!.index] = first + 1 + end;
    first = end;
  }
  return ranks;
}

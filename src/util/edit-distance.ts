/** Farther than this many edits, or than this share of the letters, a suggestion is a guess. */
const FARTHEST = 3;
const SHARE = 0.4;

/**
 * Number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`
 * (Damerau-Levenshtein in its restricted form: no piece is edited twice). Swaps count as one edit
 * because they are the commonest slip of typing.
 */
export function editDistance(a: string, b: string): number {
  let twoBack: number[] = [];
  let oneBack = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min(row[j - 1]! + 1, oneBack[j]! + 1, oneBack[j - 1]! + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, twoBack[j - 2]! + 1);
      row.push(edits);
    }
    twoBack = oneBack;
    oneBack = row;
  }
  return oneBack[b.length]!;
}

/**
 * The candidate that `word` was most likely meant to be, the first one of equals; undefined when
 * none is near: more than three edits away, or more than two of five letters different, unless it is
 * one of two or more.
 */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestEdits = FARTHEST + 1;
  for (const candidate of candidates) {
    const longer = Math.max(word.length, candidate.length);
    // A difference in length is a lower bound, which also keeps huge words from costing anything.
    if (longer - Math.min(word.length, candidate.length) > FARTHEST) continue;
    const edits = editDistance(word, candidate);
    const isNear = edits < longer && edits <= Math.max(1, SHARE * longer);
    if (edits < bestEdits && isNear) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}

/** Which values of two kernels, or of two runs, belong together. */
import { usable } from './kernel-summary.js';

/** Values of one metric by the number of their round, in the order measured. */
export type Series = ReadonlyMap<number, number>;

/** Values of the same rounds: `base[i]` and `candidate[i]` are of one. */
export interface PairedValues {
  readonly base: readonly number[];
  readonly candidate: readonly number[];
}

/** The values of the usable rounds; rounds that have none are left out. */
export function seriesOf<Round extends { readonly round: number; readonly complete: boolean }>(
  rounds: readonly Round[],
  valueOf: (round: Round) => number | null,
): Series {
  return new Map(
    usable(rounds).flatMap((round) => {
      const value = valueOf(round);
      return value === null ? [] : [[round.round, value] as const];
    }),
  );
}

/** Pairs values by their round, in the base's order; a round that one side lacks is left out. */
export function pairByRound(base: Series, candidate: Series): PairedValues {
  const rounds = [...base.keys()].filter((round) => candidate.has(round));
  return {
    base: rounds.map((round) => base.get(round)!),
    candidate: rounds.map((round) => candidate.get(round)!),
  };
}

/** Whether both have values of the same rounds, so that pairing leaves none out. */
export function haveSameRounds(one: Series, other: Series): boolean {
  return one.size === other.size && [...one.keys()].every((round) => other.has(round));
}

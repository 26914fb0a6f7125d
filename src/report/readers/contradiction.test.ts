import { describe, expect, it } from 'vitest';
import { formatResult, type ResultDocument, type ResultRound } from '../result.js';
import { RESULTS } from '../testing/awkward-results.js';
import { PATCHED, PRISTINE, syntheticResult } from '../testing/synthetic-result.js';
import { parseResult } from './result-reader.js';

const TWO = syntheticResult({ pristine: PRISTINE, patched: PATCHED }, 4);

type Rounds = readonly ResultRound[];

/** With the rounds of the second kernel, or of every one, changed. */
function withRounds(
  change: (rounds: Rounds) => Rounds,
  isChanged = (index: number): boolean => index === 1,
): ResultDocument {
  return {
    ...TWO,
    kernels: TWO.kernels.map((kernel, index) =>
      isChanged(index) ? { ...kernel, rounds: change(kernel.rounds) } : kernel,
    ),
  };
}

const withRound = (index: number, change: Partial<ResultRound>): ResultDocument =>
  withRounds((rounds) =>
    rounds.map((round, at) => (at === index ? { ...round, ...change } : round)),
  );

const everyKernel = (): boolean => true;

const again = (rounds: Rounds): Rounds => [
  ...rounds,
  ...rounds.map((round) => ({ ...round, round: round.round + rounds.length })),
];

const read = (document: ResultDocument): ResultDocument => parseResult(formatResult(document));

describe('a document that contradicts itself is refused:', () => {
  const [pristine, patched] = TWO.kernels;
  const { seconds, counters } = patched!.rounds[2]!;

  it.each<[string, ResultDocument, string]>([
    [
      'kernels in another order than the plan has them',
      { ...TWO, kernels: [patched!, pristine!] },
      'its kernels are patched, pristine, those of its plan pristine, patched',
    ],
    [
      'a kernel too few',
      { ...TWO, kernels: [pristine!] },
      'its kernels are pristine, those of its plan pristine, patched',
    ],
    [
      'the label of one kernel on another',
      { ...TWO, kernels: [pristine!, { ...pristine!, name: 'patched' }] },
      'its kernels are',
    ],
    ['a round twice', withRound(2, { round: 1 }), 'patched has round 1 where round 2 belongs'],
    [
      'rounds in another order',
      withRounds((rounds) => rounds.toReversed()),
      'patched has round 3 where round 0 belongs',
    ],
    ['a round that was cut short', withRound(2, { complete: false }), 'round 2 of patched was cut'],
    ['a round of no length', withRound(2, { seconds: 0 }), 'round 2 of patched took 0 s'],
    [
      'a rate that was edited',
      withRound(2, { faultsPerSecond: (counters.faultsTotal / seconds) * (1 + 1e-8) }),
      'round 2 of patched has',
    ],
    [
      'a rate that is missing',
      withRound(2, { faultsPerSecond: null }),
      'round 2 of patched has null faultsPerSecond, which do not follow from',
    ],
    [
      'a counter that was edited',
      withRound(2, { counters: { ...counters, faultsTotal: 2 * counters.faultsTotal } }),
      `which do not follow from ${2 * counters.faultsTotal} faults in ${seconds} s`,
    ],
    [
      'fewer rounds than planned',
      withRounds((rounds) => rounds.slice(1).map((round, index) => ({ ...round, round: index }))),
      'patched has 3 rounds, its plan 4',
    ],
    ['no rounds', withRounds(() => []), 'patched has 0 rounds, its plan 4'],
    [
      'more rounds than planned, and no whole batch of them',
      withRounds((rounds) => again(rounds).slice(0, 6), everyKernel),
      'pristine has 6 rounds, its plan 4',
    ],
    [
      'more rounds of one kernel than of the other',
      withRounds(again),
      'patched has 8 rounds, pristine has 4',
    ],
  ])('%s', (_, document, message) => {
    expect(() => read(document)).toThrow(message);
  });
});

describe('a document that does not is read:', () => {
  it.each(Object.entries(RESULTS).filter(([, { partial }]) => !partial))('%s', (_, document) => {
    expect(read(document)).toEqual(document);
  });

  it('several batches of the planned rounds', () => {
    const document = withRounds(again, everyKernel);
    expect(read(document).kernels[1]!.rounds).toHaveLength(8);
  });

  it('a rate with fewer digits than ours', () => {
    const faultsPerSecond = Number(TWO.kernels[1]!.rounds[2]!.faultsPerSecond!.toPrecision(12));
    expect(() => read(withRound(2, { faultsPerSecond }))).not.toThrow();
  });

  it('rounds in which nothing was done', () => {
    const idle = syntheticResult({ pristine: { faults: 0, writeHoldNs: 1, readWaitNs: 1 } }, 2);
    expect(() => read(idle)).not.toThrow();
  });
});

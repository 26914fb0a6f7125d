/** What a reader of the real kernel's column must know besides its numbers. */
import { formatCount } from '../../report/format.js';
import type { SimulatedRun } from '../../samples/host-samples.js';
import { seedGiven, type HostMeasured } from './measure-host.js';
import { valuesOf } from './stress-options.js';

/** Below it one half of stress-ng's generator is 0 for ever. */
const SEED_SOUND = 2n ** 32n;

export function hostNotes(
  words: readonly string[],
  { samples, notes, simulated }: Pick<HostMeasured, 'samples' | 'notes' | 'simulated'>,
): string[] {
  const seed = seedGiven(words);
  const hasMany = simulated.some(({ entries }) =>
    entries.some(({ instances }) => instances.length > 1),
  );
  const others = [
    ...new Set(samples.columns[0].runs.flat().map(({ stressor }) => stressor)),
  ].filter((stressor) => stressor !== 'mmap');
  const isSplit = samples.columns[0].runs.some((run) => run.length > 1);
  return [
    ...(valuesOf(words, /-ops$/).length > 0
      ? []
      : ['Without --NAME-ops time ends each last operation early, and it counts as a whole one.']),
    ...(others.length === 0
      ? []
      : [
          `Only mmap is known to agree. ${others.join(', ')}: what starting takes is in the real ` +
            "kernel's figures, and a bogo-op may be counted otherwise (--vm's is).",
        ]),
    ...(seed !== undefined && seed < SEED_SOUND
      ? [
          'With a --seed below 4294967296 stress-ng draws from a part of its numbers; without one it does not.',
        ]
      : []),
    ...(samples.faultsBy === 'getrusage' && isSplit
      ? ['Without perf the faults of several stressors cannot be told apart: run them one by one.']
      : []),
    ...(hasMany ? notes.map((note) => `Of the real kernel: ${note}.`) : []),
    ...[...new Set(simulated.flatMap(troubles))],
  ];
}

function troubles({ kernel, entries }: SimulatedRun): string[] {
  return entries.flatMap(({ stressor, instances }) => {
    const failure = instances.find(({ failures }) => failures.length > 0)?.failures[0];
    const poor = instances.filter(({ shortages }) => shortages.length > 0).length;
    return [
      ...(failure === undefined ? [] : [`${stressor} failed on ${kernel}: ${failure}.`]),
      ...(poor === 0
        ? []
        : [`${stressor} on ${kernel}: ${formatCount(poor, 'instance')} ran out of resources.`]),
    ];
  });
}

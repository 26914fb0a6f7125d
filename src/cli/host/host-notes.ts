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
  const hasMany = simulated.some(({ instances, stressors }) => instances.length > stressors.length);
  const isSplit = samples.columns[0].runs.some((run) => run.length > 1);
  return [
    ...(valuesOf(words, /-ops$/).length > 0
      ? []
      : ['Without --NAME-ops time ends each last operation early, and it counts as a whole one.']),
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

function troubles({ kernel, stressors, instances }: SimulatedRun): string[] {
  return stressors.flatMap((stressor, entry) => {
    const own = instances.filter((instance) => instance.entry === entry);
    const failed = own.filter(({ failures }) => failures.length > 0);
    const poor = own.filter(({ outOfResources }) => outOfResources);
    return [
      ...(failed.length === 0
        ? []
        : [`${stressor} failed on ${kernel}: ${failed[0]!.failures[0]!}.`]),
      ...(poor.length === 0
        ? []
        : [
            `${stressor} on ${kernel}: ${formatCount(poor.length, 'instance')} ran out of resources.`,
          ]),
    ];
  });
}

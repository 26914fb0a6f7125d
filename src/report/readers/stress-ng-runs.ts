/** Numbers of stress-ng's under the keys of its YAML, printed or written, as runs to be compared. */
import type { Better } from '../../stats/verdict.js';
import type { SavedMetric, SavedRun } from './saved-run.js';

interface Known {
  readonly unit: string;
  readonly better?: Better;
  /** Ours for the same quantity. */
  readonly name?: string;
}

const KNOWN: Readonly<Record<string, Known>> = {
  'bogo-ops': { unit: 'bogo-ops' },
  'bogo-ops-per-second-usr-sys-time': { unit: 'bogo-ops/s', better: 'higher' },
  'bogo-ops-per-second-real-time': { unit: 'bogo-ops/s', better: 'higher' },
  'wall-clock-time': { unit: 's' },
  'user-time': { unit: 's' },
  'system-time': { unit: 's' },
  'cpu-usage-per-instance': { unit: '%' },
  'max-rss': { unit: 'KB' },
  duration: { unit: 's' },
  page_faults_total_per_second: { unit: 'faults/s', better: 'higher', name: 'faultsPerSecond' },
};

/** The name of a metric here, which stress-ng's YAML may have another key for. */
export function ourName(key: string): string {
  return KNOWN[key]?.name ?? key;
}

/** Events per second by perf, of which more is neither better nor worse. */
const PERF = /^(.*)_(total|per_second)$/;

interface Gathered {
  /** Of those that are ours: the stressor that several kernels ran. */
  readonly subject?: string;
  readonly samples: Map<string, number[]>;
  readonly notes: Set<string>;
}

/** A run for every stressor and kernel; numbers of the same one again are further samples of it. */
export class StressNgRuns {
  readonly #runs = new Map<string, Gathered>();

  /** `kernel` of those that are ours. */
  add(stressor: string, kernel: string | undefined, numbers: Iterable<[string, number]>): void {
    const { samples } = this.#of(stressor, kernel);
    for (const [key, value] of numbers) samples.set(key, [...(samples.get(key) ?? []), value]);
  }

  note(stressor: string, kernel: string | undefined, sentence: string): void {
    this.#of(stressor, kernel).notes.add(sentence);
  }

  saved(source: string): SavedRun[] {
    return [...this.#runs].map(([label, { subject, samples, notes }]) => ({
      ...{ label, source, ...(subject !== undefined && { subject }) },
      kind: 'stress-ng',
      metrics: [...samples].map(([key, values]) => metricOf(key, values)),
      notes: [...notes],
    }));
  }

  #of(stressor: string, kernel: string | undefined): Gathered {
    const isOurs = kernel !== undefined;
    const label = isOurs ? `${stressor} (${kernel})` : stressor;
    const found = this.#runs.get(label);
    if (found !== undefined) return found;
    const added: Gathered = {
      ...(isOurs && { subject: stressor }),
      samples: new Map(),
      notes: new Set(),
    };
    this.#runs.set(label, added);
    return added;
  }
}

function metricOf(key: string, samples: readonly number[]): SavedMetric {
  const known = KNOWN[key];
  if (known !== undefined) {
    return { name: known.name ?? key, unit: known.unit, better: known.better ?? null, samples };
  }
  const kind = PERF.exec(key)?.[2];
  const unit = kind === undefined ? '' : kind === 'total' ? 'events' : 'events/s';
  return { name: key, unit, better: null, samples };
}

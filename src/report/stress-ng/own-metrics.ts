/** What single stressors measure beside their bogo-ops, over all of their instances. */
import type { HogMetric } from '../../samples/stress-samples.js';
import { ratio, sumOf, type EntryRun } from './stress-run.js';

export interface OwnMetric {
  readonly description: string;
  readonly mean: HogMetric['mean'];
  /** As printed: mean, total or maximum by its kind, of those instances that have one that is not 0. */
  readonly value: number;
  /** The instances' arithmetic mean: YAML has that whatever the kind is. */
  readonly average: number;
}

/** In the order in which the instances have them; none for most stressors. */
export function ownMetrics({ instances }: Pick<EntryRun, 'instances'>): OwnMetric[] {
  const all = instances.flatMap(({ metrics }) => metrics);
  const descriptions = [...new Set(all.map(({ description }) => description))];
  return descriptions.map((description) => {
    const own = all.filter((metric) => metric.description === description);
    const { mean } = own[0]!;
    const values = own.map(({ value }) => value);
    return {
      description,
      mean,
      value: COMBINED[mean](values.filter((value) => value !== 0)),
      average: ratio(sumOf(values, Number), instances.length),
    };
  });
}

type Combine = (values: readonly number[]) => number;

/** Of no values, and of what has no such mean, 0. */
const COMBINED: Readonly<Record<HogMetric['mean'], Combine>> = {
  geometric: (values) =>
    values.some((value) => value < 0)
      ? 0
      : Math.exp(ratio(sumOf(values, Math.log), values.length)) * Math.sign(values.length),
  harmonic: (values) =>
    ratio(
      values.length,
      sumOf(values, (value) => 1 / value),
    ),
  total: (values) => sumOf(values, Number),
  maximum: (values) => Math.max(0, ...values),
};

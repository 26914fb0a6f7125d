import type { Better } from '../../stats/verdict.js';
import { usable } from '../../stats/kernel-summary.js';
import { formatNumber } from '../format.js';
import { headline } from '../headline.js';
import type { ResultDocument, ResultKernel } from '../result.js';
import { benchmarkName } from './benchmark-name.js';
import { measuresOf, type Measure } from './measures.js';

/**
 * The array that benchmark-action/github-action-benchmark reads as `customBiggerIsBetter`: the rates.
 * It takes one direction per file.
 */
export function renderBiggerIsBetter(document: ResultDocument): string {
  return renderEntries(document, 'higher');
}

/** The same for `customSmallerIsBetter`: the times. */
export function renderSmallerIsBetter(document: ResultDocument): string {
  return renderEntries(document, 'lower');
}

function renderEntries(document: ResultDocument, better: Better): string {
  const measures = measuresOf(document).filter((measure) => measure.better === better);
  const entries = document.kernels.flatMap((kernel) =>
    measures.flatMap((measure) => entryOf(document, kernel, measure)),
  );
  return `${JSON.stringify(entries, null, 2)}\n`;
}

/** None for a number that does not exist: any that stood for it would be taken for a result. */
function entryOf(document: ResultDocument, kernel: ResultKernel, measure: Measure): object[] {
  const value = measure.kernelValue(kernel);
  if (value === null) return [];
  const estimate = measure.estimate(kernel);
  const width = estimate === undefined ? null : halfWidth(estimate);
  return [
    {
      name: `${benchmarkName(document.plan, kernel.name)} ${measure.name}`,
      unit: measure.unit,
      value,
      ...(width === null ? {} : { range: `± ${formatNumber(width)}` }),
      extra: extraLines(document, kernel).join('\n'),
    },
  ];
}

/** The farther end of the 95 % interval, which is seldom in the middle. */
function halfWidth({ median, ciLow, ciHigh }: NonNullable<ReturnType<Measure['estimate']>>) {
  if (median === null || ciLow === null || ciHigh === null) return null;
  return Math.max(median - ciLow, ciHigh - median);
}

/** What the action shows beside a point. */
function extraLines({ plan, tool, partial, warnings }: ResultDocument, kernel: ResultKernel) {
  return [
    `n=${usable(kernel.rounds).length}`,
    headline(plan),
    `${tool.name} ${tool.version}, model ${tool.modelVersion}, seed ${plan.seed}`,
    ...(partial ? ['partial run'] : []),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
}

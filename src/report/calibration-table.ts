/** A calibration for people: what everything costs, and whether that predicts what was measured. */
import { COST_NAMES, type Profile } from '../plan/machine-model.js';
import { TOLERANCE, type Prediction } from '../stats/prediction.js';
import { NOT_AVAILABLE, formatCount, formatMagnitude, formatScaled } from './format.js';
import { renderGrid, wrapText, type Cell } from './grid.js';

const DEFAULT_WIDTH = 100;

/**
 * Every cost with its range and how sure it is; where it comes from takes more room than there is, and
 * stands in the profile. Text is kept within `width` columns. Ends with a newline.
 */
export function renderCosts({ title, costs }: Profile, width = DEFAULT_WIDTH): string {
  const header = ['cost', 'value', 'low', 'high', 'how sure'];
  const rows = COST_NAMES.map((name) => {
    const { value, low, high, sure } = costs[name];
    return [name, String(value), String(low), String(high), sure];
  });
  const lines = renderGrid([header, ...rows].map((row) => cellsOf(row, [1, 2, 3])));
  return `${[...wrapText(title, width), '', ...lines].join('\n')}\n`;
}

/**
 * What the threads engine did between the measurements beside what the profile says it would, and
 * which part of the CPUs' time others had meanwhile. Text is kept within `width` columns.
 */
export function renderPredictions(
  predictions: readonly Prediction[],
  width = DEFAULT_WIDTH,
): string {
  const header = [
    'page faults/sec',
    'tasks',
    'measured',
    'predicted',
    'ratio',
    'windows',
    'disturbed',
    'verdict',
  ];
  const rows = predictions.map(
    ({ kernel, tasks, measured, faultsPerSecond, ratio, windows, disturbance, isWithin }) => [
      kernel,
      String(tasks),
      measured === null ? NOT_AVAILABLE : formatScaled(measured),
      formatScaled(faultsPerSecond),
      ratio === null ? NOT_AVAILABLE : ratio.toFixed(2),
      String(windows),
      `${formatMagnitude(disturbance)} %`,
      isWithin ? 'within' : 'OUTSIDE',
    ],
  );
  const lines = renderGrid([header, ...rows].map((row) => cellsOf(row, [1, 2, 3, 4, 5, 6])));
  return `${[...lines, '', ...wrapText(verdictOn(predictions), width)].join('\n')}\n`;
}

function verdictOn(predictions: readonly Prediction[]): string {
  const tolerance = `${100 * TOLERANCE} %`;
  const outside = predictions.filter(({ isWithin }) => !isWithin);
  if (outside.length === 0) return `All predictions are within ${tolerance} of what was measured.`;
  const which = outside.map(({ kernel, tasks, ratio }) => {
    const off = ratio === null ? 'not measured' : `off by ${formatMagnitude(ratio - 1)} %`;
    return `${kernel} with ${formatCount(tasks, 'task')} (${off})`;
  });
  return `Not within ${tolerance} of what was measured: ${which.join(', ')}.`;
}

/** `right`: the columns that hold numbers. */
function cellsOf(texts: readonly string[], right: readonly number[]): Cell[] {
  return texts.map((text, column) => ({
    text,
    align: right.includes(column) ? 'right' : 'left',
  }));
}

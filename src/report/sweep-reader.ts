/** Reads what `formatSweep` wrote, trusting nothing: the file comes from a user. */
import { readFileSync } from 'node:fs';
import { gridSize, type Axis } from '../plan/grid.js';
import { isInShard } from '../plan/shard.js';
import { METRICS } from '../stats/metrics.js';
import { isRecord, isText, isWhole } from '../util/json-value.js';
import {
  coordinates,
  SWEEP_SCHEMA,
  SWEEP_VERSION,
  type SweepDocument,
  type SweepPoint,
} from './sweep-document.js';

/** A file that is no sweep, or not the one it should be; `message` is one line for the user. */
export class SweepRefused extends Error {
  override readonly name = 'SweepRefused';
}

/** The document in a file. Throws SweepRefused, which ends in `remedy`: what the user is to do. */
export function readSweep(file: string, remedy: string): SweepDocument {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    // The message of the error names the file again.
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new SweepRefused(`cannot read '${file}' (${code}); ${remedy}`);
  }
  const problem = parseSweep(text);
  if (typeof problem === 'string') {
    throw new SweepRefused(`'${file}' is no saved sweep: ${problem}; ${remedy}`);
  }
  return problem;
}

/** The document in a text, or what is wrong with it. */
export function parseSweep(text: string): SweepDocument | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON, or cut off';
  }
  if (!isRecord(value) || value['schema'] !== SWEEP_SCHEMA) {
    return `its "schema" is not "${SWEEP_SCHEMA}"`;
  }
  if (value['version'] !== SWEEP_VERSION) {
    return `it is of version ${String(value['version'])}, and this reads ${SWEEP_VERSION}`;
  }
  if (!isHead(value)) return 'its head is damaged';
  const document = value as unknown as SweepDocument;
  const { points, configuration, shard } = document;
  const size = gridSize(configuration.axes);
  let before = -1;
  for (const [place, point] of points.entries()) {
    const isNext = isPoint(point) && isWhole(point.index, before + 1, size - 1);
    const isHere = isNext && isInShard(point.index, shard);
    if (!isHere || !isAt(point, configuration.axes)) return `point ${place} of its list is damaged`;
    before = point.index;
  }
  const isComplete = points.length === Math.ceil((size - shard.index + 1) / shard.count);
  return document.partial === isComplete ? 'it does not know whether it is complete' : document;
}

function isHead(value: Readonly<Record<string, unknown>>): boolean {
  const { tool, configuration, shard, partial, points } = value;
  if (!isRecord(tool) || !isRecord(configuration) || !isRecord(shard)) return false;
  const { hash, axes, plan } = configuration;
  return (
    typeof hash === 'string' &&
    isRecord(plan) &&
    Array.isArray(axes) &&
    axes.length > 0 &&
    axes.every(isAxis) &&
    isWhole(shard['count'], 1, Number.MAX_SAFE_INTEGER) &&
    isWhole(shard['index'], 1, shard['count']) &&
    typeof partial === 'boolean' &&
    Array.isArray(points)
  );
}

function isAxis(value: unknown): value is Axis {
  if (!isRecord(value) || typeof value['name'] !== 'string') return false;
  const { values } = value;
  return Array.isArray(values) && values.length > 0 && values.every(isText);
}

function isPoint(value: unknown): value is SweepPoint {
  if (!isRecord(value)) return false;
  const { at, changes, kernels, comparisons, warnings } = value;
  const areLists = [kernels, comparisons, warnings].every((list) => Array.isArray(list));
  if (!isRecord(at) || !isRecord(changes) || !areLists) return false;
  const lists = value as unknown as Record<'kernels' | 'comparisons' | 'warnings', unknown[]>;
  return (
    lists.kernels.every(isKernel) &&
    lists.comparisons.every(isComparison) &&
    lists.warnings.every(isText)
  );
}

function isAt({ at, index }: SweepPoint, axes: readonly Axis[]): boolean {
  return JSON.stringify(at) === JSON.stringify(coordinates(axes, index));
}

function isKernel(value: unknown): boolean {
  if (!isRecord(value) || !isText(value['name'])) return false;
  const { metrics } = value;
  return isRecord(metrics) && METRICS.every(({ name }) => isNumberOrNull(metrics[name]));
}

function isComparison(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const texts = ['base', 'candidate', 'metric', 'verdict'];
  const numbers = ['change', 'ciLow', 'ciHigh', 'p', 'pAdjusted', 'detectable'];
  return (
    texts.every((key) => isText(value[key])) &&
    numbers.every((key) => isNumberOrNull(value[key])) &&
    ['pairs', 'higher', 'lower'].every((key) => typeof value[key] === 'number') &&
    isSpreadOrNone(value['overSeeds'])
  );
}

function isSpreadOrNone(value: unknown): boolean {
  const keys = ['min', 'q1', 'median', 'q3', 'max'];
  return (
    value === undefined || (isRecord(value) && keys.every((key) => isNumberOrNull(value[key])))
  );
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || typeof value === 'number';
}

/** Go benchmark text, as `go test -bench` and others print it and benchstat reads it. */
import type { Better } from '../../stats/verdict.js';
import { MEASURES } from '../formats/measures.js';
import { BadSavedRun, type SavedMetric, type SavedRun } from './saved-run.js';

/** Directions that go without saying in Go's own units. */
const GO_UNITS: Readonly<Record<string, Better>> = {
  'ns/op': 'lower',
  'sec/op': 'lower',
  'B/op': 'lower',
  'allocs/op': 'lower',
  'MB/s': 'higher',
  'B/s': 'higher',
};

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const CONFIGURATION = /^(\p{Ll}[^\s\p{Lu}:]*):(?:[ \t]+(.*))?$/u;

interface Benchmark {
  readonly name: string;
  readonly configuration: ReadonlyMap<string, string>;
  /** Samples by unit. */
  readonly samples: Map<string, number[]>;
}

/**
 * A run for every benchmark and configuration; lines of the same name are repetitions of it. What is
 * neither a result nor configuration nor a unit is passed over, as benchstat does. Throws BadSavedRun.
 */
export function readGoBenchmarkRuns(text: string, source: string): SavedRun[] {
  const configuration = new Map<string, string>();
  const directions = new Map<string, Better>();
  const benchmarks = new Map<string, Benchmark>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const fields = line.trim().split(/\s+/);
    if (line.startsWith('Benchmark')) {
      addResult(benchmarks, configuration, fields, index + 1);
    } else if (fields[0] === 'Unit' && line.startsWith('Unit')) {
      noteDirection(directions, fields, index + 1);
    } else {
      const [, key, value = ''] = CONFIGURATION.exec(line) ?? [];
      if (key === undefined) continue;
      if (value === '') configuration.delete(key);
      else configuration.set(key, value);
    }
  }
  if (benchmarks.size === 0) throw new BadSavedRun('it has no result line');
  const all = [...benchmarks.values()];
  return all.map((benchmark) => ({
    label: labelOf(benchmark, all),
    source,
    kind: 'gobench',
    metrics: [...benchmark.samples].map(([unit, samples]) => metricIn(unit, samples, directions)),
    notes: [],
  }));
}

function addResult(
  benchmarks: Map<string, Benchmark>,
  configuration: ReadonlyMap<string, string>,
  [word = '', iterations, ...values]: readonly string[],
  line: number,
): void {
  // With -v a name is announced before it has a result.
  if (iterations === undefined) return;
  const isPaired = values.length >= 2 && values.length % 2 === 0;
  if (!isPaired || !/^\d+$/.test(iterations)) {
    throw new BadSavedRun(`line ${line} is not of the form NAME ITERATIONS VALUE UNIT ...`);
  }
  const name = word.slice('Benchmark'.length);
  const key = JSON.stringify([name, [...configuration].sort()]);
  const benchmark = benchmarks.get(key) ?? {
    name,
    configuration: new Map(configuration),
    samples: new Map<string, number[]>(),
  };
  benchmarks.set(key, benchmark);
  for (let i = 0; i < values.length; i += 2) {
    const [value, unit] = [values[i]!, values[i + 1]!];
    if (!NUMBER.test(value) || !Number.isFinite(Number(value))) {
      throw new BadSavedRun(`line ${line} has ${value} ${unit}, which is no number`);
    }
    benchmark.samples.set(unit, [...(benchmark.samples.get(unit) ?? []), Number(value)]);
  }
}

function noteDirection(
  directions: Map<string, Better>,
  [, unit, ...settings]: readonly string[],
  line: number,
): void {
  const better = settings.find((setting) => setting.startsWith('better='))?.slice('better='.length);
  if (unit === undefined || better === undefined) return;
  if (better !== 'higher' && better !== 'lower') {
    throw new BadSavedRun(`line ${line} has better=${better}, not higher or lower`);
  }
  const earlier = directions.get(unit) ?? better;
  if (earlier !== better)
    throw new BadSavedRun(`line ${line}: ${unit} was better=${earlier} before`);
  directions.set(unit, better);
}

/** In the scale of the file; what precedes the last hyphen of a unit only says what it is of. */
function metricIn(
  goUnit: string,
  samples: readonly number[],
  directions: ReadonlyMap<string, Better>,
): SavedMetric {
  const own = MEASURES.find((measure) => measure.goUnit === goUnit);
  if (own !== undefined) return { name: own.name, unit: own.unit, better: own.better, samples };
  const unit = goUnit.slice(goUnit.lastIndexOf('-') + 1);
  const better = directions.get(goUnit) ?? GO_UNITS[goUnit] ?? null;
  return { name: goUnit, unit, better, samples };
}

/** The name, with the configuration that tells it from others of that name. */
function labelOf({ name, configuration }: Benchmark, all: readonly Benchmark[]): string {
  const namesakes = all.filter((other) => other.name === name);
  const keys = new Set(namesakes.flatMap((other) => [...other.configuration.keys()]));
  const telling = [...keys].filter(
    (key) => new Set(namesakes.map((other) => other.configuration.get(key))).size > 1,
  );
  const words = telling.map((key) => `${key}: ${configuration.get(key) ?? 'none'}`);
  return words.length === 0 ? name : `${name} (${words.join(', ')})`;
}

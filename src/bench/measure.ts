/**
 * The timing loop of the micro-benchmarks.
 *
 * Goals: figures that two runs on one machine repeat to a few per cent. Repeats of all benchmarks
 * are interleaved, so that a slow second of the machine hits every row; what runs before the JIT has
 * settled is discarded; rows report medians. The harness's own floor is a benchmark like any other.
 *
 * Non-goals: comparing kernels (that is the tool itself), histograms, memory.
 */
import { setImmediate } from 'node:timers/promises';
import { median } from '../stats/median.js';
import { assert } from '../util/assert.js';

/** A stretch of timed work. */
export interface Sample {
  readonly ops: number;
  readonly ns: number;
}

/** `ns/op`: lower is better. `faults/s`: higher is better. */
export type Unit = 'ns/op' | 'faults/s';

export interface Benchmark {
  readonly name: string;
  readonly unit: Unit;
  /** Allocates, warms up and calibrates; what it returns measures one repeat. */
  prepare(): () => Sample | Promise<Sample>;
}

export interface Row {
  readonly name: string;
  readonly unit: Unit;
  readonly median: number;
  /** Least ns/op or most faults/s: what the machine can do when nothing disturbs it. */
  readonly best: number;
  /** One value per repeat, in the order measured. */
  readonly values: readonly number[];
}

/** Long against the clock's resolution and a timer tick, short against a neighbour's burst. */
const REPEAT_MS = 30;
/** Enough for every tier of the JIT, on-stack replacement and the first deoptimisations. */
const WARM_UP_MS = 300;

export function elapsedNsSince(startMs: number): number {
  return (performance.now() - startMs) * 1e6;
}

/**
 * A benchmark of something so short that it must be repeated between two looks at the clock.
 * `loop` does `ops` operations and returns a number that depends on all of them, so that none can be
 * optimised away; every benchmark brings its own loop, because a shared one would call through a
 * megamorphic site and measure that.
 */
export function loopBenchmark(name: string, makeLoop: () => (ops: number) => number): Benchmark {
  const prepare = (): (() => Sample) => {
    const loop = makeLoop();
    const measure = (ops: number): Sample => {
      const startMs = performance.now();
      const result = loop(ops);
      const ns = elapsedNsSince(startMs);
      assert(!Number.isNaN(result), `${name}: the work came to nothing`);
      return { ops, ns };
    };
    const warmUpStartMs = performance.now();
    let ops = 1024;
    while (elapsedNsSince(warmUpStartMs) < WARM_UP_MS * 1e6) {
      const { ns } = measure(ops);
      if (ns < REPEAT_MS * 1e6) ops *= 2;
    }
    return () => measure(ops);
  };
  return { name, unit: 'ns/op', prepare };
}

/**
 * A benchmark of batches with untimed work between them: `batch` times its own interesting part.
 */
export function batchBenchmark(name: string, makeBatch: () => () => Sample): Benchmark {
  const prepare = (): (() => Sample) => {
    const batch = makeBatch();
    const measure = (leastMs: number): Sample => {
      const total = { ops: 0, ns: 0 };
      while (total.ns < leastMs * 1e6) {
        const { ops, ns } = batch();
        total.ops += ops;
        total.ns += ns;
      }
      return total;
    };
    measure(WARM_UP_MS);
    return () => measure(REPEAT_MS);
  };
  return { name, unit: 'ns/op', prepare };
}

export function valueOf({ ops, ns }: Sample, unit: Unit): number {
  return unit === 'ns/op' ? ns / ops : (ops * 1e9) / ns;
}

function rowOf({ name, unit }: Benchmark, values: readonly number[]): Row {
  const best = unit === 'ns/op' ? Math.min(...values) : Math.max(...values);
  return { name, unit, median: median(values), best, values };
}

export interface MeasureOptions {
  readonly repeats: number;
  readonly signal: AbortSignal;
  readonly onRepeat: (repeat: number) => void;
}

/**
 * Measures every benchmark `repeats` times, all of them once before any of them again.
 *
 * Throws the signal's reason once that is aborted, after the stretch under way.
 */
export async function measureAll(
  benchmarks: readonly Benchmark[],
  { repeats, signal, onRepeat }: MeasureOptions,
): Promise<Row[]> {
  const prepared = [];
  for (const benchmark of benchmarks) {
    await letSignalsIn(signal);
    prepared.push({ benchmark, measure: benchmark.prepare(), values: [] as number[] });
  }
  for (let repeat = 0; repeat < repeats; repeat++) {
    onRepeat(repeat);
    for (const { benchmark, measure, values } of prepared) {
      await letSignalsIn(signal);
      values.push(valueOf(await measure(), benchmark.unit));
    }
  }
  return prepared.map(({ benchmark, values }) => rowOf(benchmark, values));
}

/** A timed stretch never returns to the event loop, where Ctrl-C waits to be heard. */
async function letSignalsIn(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

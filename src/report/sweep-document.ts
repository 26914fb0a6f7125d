/** The document of a sweep: what `--json` prints, `--save` keeps, and tables and CSV are made of. */
import { createHash } from 'node:crypto';
import { gridPoint, type Axis } from '../plan/grid.js';
import type { Plan } from '../plan/plan.js';
import type { Shard } from '../plan/shard.js';
import type { MetricComparison } from '../stats/compare-kernels.js';
import type { MetricName } from '../stats/metrics.js';
import type { RunSummary } from '../stats/summarize.js';
import { differences, type Json } from '../util/json-difference.js';
import type { ToolFacts } from './result.js';
import { TABLE_METRICS } from './table-metrics.js';

export const SWEEP_SCHEMA = 'mmsem-bench/sweep';
export const SWEEP_VERSION = 1;

/** All that the numbers of a sweep depend on; no word about the host, which they must not depend on. */
export interface SweepConfiguration {
  /** SHA-256 of tool, axes and the plans of all points: equal hashes, equal sweeps. */
  readonly hash: string;
  readonly axes: readonly Axis[];
  /** The plan of point 0, machine and costs included. */
  readonly plan: Plan;
}

/** Everything but the points. */
export interface SweepHead {
  readonly schema: typeof SWEEP_SCHEMA;
  readonly version: typeof SWEEP_VERSION;
  readonly tool: ToolFacts;
  readonly configuration: SweepConfiguration;
  readonly shard: Shard;
}

export interface SweepDocument extends SweepHead {
  /** True while points of the shard are missing. */
  readonly partial: boolean;
  /** The finished ones, by ascending index. */
  readonly points: readonly SweepPoint[];
}

/** In what a point's plan differs from that of point 0: the new value by path, `machine.costs.ipiNs`. */
export type PlanChanges = Readonly<Record<string, Json>>;

export interface SweepPoint {
  /** Place in the grid, counted from 0; the last axis is the fastest. */
  readonly index: number;
  /** Value of every axis, as it was written. */
  readonly at: Readonly<Record<string, string>>;
  readonly changes: PlanChanges;
  /** In the plan's order; the first is the base. */
  readonly kernels: readonly SweepKernel[];
  readonly comparisons: readonly MetricComparison[];
  readonly warnings: readonly string[];
}

export interface SweepKernel {
  /** Unique within the point: `pristine`, `pristine#2`. */
  readonly name: string;
  /** Rates: the median over rounds; times, ns: over all holds or waits of all rounds. */
  readonly metrics: Readonly<Record<MetricName, number | null>>;
}

/** A sweep before its first point, and the changes of every point by index. */
export interface SweepDesign {
  readonly head: SweepHead;
  readonly changes: readonly PlanChanges[];
}

/** `plans` are those of all points of the grid, whatever the shard. */
export function designSweep(
  tool: ToolFacts,
  axes: readonly Axis[],
  plans: readonly Plan[],
  shard: Shard,
): SweepDesign {
  const plan = plans[0]!;
  const base = jsonOf(plan);
  const changes = plans.map((other) => {
    const changed = differences(base, jsonOf(other));
    return Object.fromEntries(changed.map(({ path, after = null }) => [path, after]));
  });
  const hashed = JSON.stringify([tool, axes, plan, changes]);
  const hash = createHash('sha256').update(hashed).digest('hex');
  const configuration = { hash, axes, plan };
  return {
    head: { schema: SWEEP_SCHEMA, version: SWEEP_VERSION, tool, configuration, shard },
    changes,
  };
}

/** What a finished point says. */
export function sweepPoint(
  { head, changes }: SweepDesign,
  index: number,
  { kernels, comparisons, warnings }: RunSummary,
): SweepPoint {
  return {
    index,
    at: coordinates(head.configuration.axes, index),
    changes: changes[index]!,
    kernels: kernels.map((kernel) => {
      // The same numbers as those in the comparison's own table.
      const named = { ...kernel, name: kernel.label };
      const metrics = TABLE_METRICS.map((metric) => [metric.name, metric.valueOf(named)] as const);
      return { name: kernel.label, metrics: Object.fromEntries(metrics) as SweepKernel['metrics'] };
    }),
    comparisons,
    warnings,
  };
}

export function coordinates(axes: readonly Axis[], index: number): Record<string, string> {
  const values = gridPoint(axes, index);
  return Object.fromEntries(axes.map(({ name }, axis) => [name, values[axis]!]));
}

/** `points` in any order; `wanted` is how many there are to be. */
export function sweepDocument(
  head: SweepHead,
  points: readonly SweepPoint[],
  wanted: number,
): SweepDocument {
  const inOrder = [...points].sort((a, b) => a.index - b.index);
  return { ...head, partial: points.length < wanted, points: inOrder };
}

/** JSON with a line for every point, so that two sweeps can be compared line by line. */
export function formatSweep({ points, ...head }: SweepDocument): string {
  const lines = points.map((point) => `    ${JSON.stringify(point)}`).join(',\n');
  const list = points.length === 0 ? '[]' : `[\n${lines}\n  ]`;
  return `${JSON.stringify(head, null, 2).replace(/\n\}$/, '')},\n  "points": ${list}\n}\n`;
}

function jsonOf(plan: Plan): Json {
  return JSON.parse(JSON.stringify(plan)) as Json;
}

/** A real kernel beside simulated ones, under the same stress-ng options. */
import type { FaultsBy, HostSamples, StressorCounts } from '../samples/host-samples.js';
import {
  meanChange,
  runsFor,
  spreadOf,
  type MeanChange,
  type Spread,
} from '../stats/mean-change.js';
import { formatCount, formatMagnitude, formatPercent } from './format.js';
import type { ResultHost, ToolFacts } from './result.js';

export const HOST_SCHEMA = 'mmsem-bench/host';
export const HOST_VERSION = 1;

/** Faults per bogo-op are the same by the same rules, but for chance and what starting takes. */
export const AGREEMENT = 0.03;

/** Of every run; null where a run has none: no bogo-op was done, or nothing counted faults. */
export interface HostFigures {
  readonly faultsPerBogoOp: Spread | null;
  readonly minorPerBogoOp: Spread | null;
  readonly majorPerBogoOp: Spread | null;
  readonly bogoOpsPerSecond: Spread | null;
  readonly faultsPerSecond: Spread | null;
}

export interface HostEntry extends HostFigures {
  readonly kernel: string;
  readonly runs: readonly StressorCounts[];
  /** Faults per bogo-op against those of the real kernel; null of the real one, and without figures. */
  readonly off: MeanChange | null;
  /**
   * Whether they are off by no more than `AGREEMENT`; null where `off` is, and where they are off by more
   * but for what chance may do (95 %), which one run says nothing of.
   */
  readonly agrees: boolean | null;
}

export interface HostStressor {
  readonly stressor: string;
  /** The first is the real kernel. */
  readonly kernels: readonly HostEntry[];
}

/** What `mmsem-bench host --json` prints; described by `results/host.schema.json`. */
export interface HostDocument {
  readonly schema: typeof HOST_SCHEMA;
  readonly version: typeof HOST_VERSION;
  readonly tool: ToolFacts;
  readonly host: ResultHost;
  readonly stressNg: {
    readonly version: string;
    /** As it was called in the first run, without where its YAML goes. */
    readonly options: readonly string[];
  };
  /** What the simulations were called with in the first run. */
  readonly simulated: { readonly options: readonly string[] };
  readonly faultsBy: FaultsBy;
  readonly stressors: readonly HostStressor[];
  /** What to know about the numbers; a sentence each. */
  readonly notes: readonly string[];
}

export interface HostParts extends Pick<HostDocument, 'tool' | 'host' | 'stressNg' | 'simulated'> {
  readonly samples: HostSamples;
  readonly notes: readonly string[];
}

/** The stressors are those of the real runs. */
export function buildHost({ samples, notes, ...facts }: HostParts): HostDocument {
  const { faultsBy, columns } = samples;
  const [real] = columns;
  const names = [...new Set(real.runs.flatMap((run) => run.map(({ stressor }) => stressor)))];
  const stressors = names.map((stressor) => {
    const runsOf = (runs: readonly (readonly StressorCounts[])[]): StressorCounts[] =>
      runs.flatMap((run) => run.filter((counts) => counts.stressor === stressor));
    const base = figuresOf(runsOf(real.runs));
    const kernels = columns.map(({ kernel, runs }, index): HostEntry => {
      const own = runsOf(runs);
      const figures = figuresOf(own);
      const off = index === 0 ? null : offBy(base.faultsPerBogoOp, figures.faultsPerBogoOp);
      return { kernel, ...figures, off, agrees: off && agrees(off), runs: own };
    });
    return { stressor, kernels };
  });
  return {
    schema: HOST_SCHEMA,
    version: HOST_VERSION,
    ...facts,
    faultsBy,
    stressors,
    notes: [...notes, ...stressors.flatMap(remarks)],
  };
}

function figuresOf(runs: readonly StressorCounts[]): HostFigures {
  const over = (
    value: (counts: StressorCounts) => number | undefined,
    unit: (counts: StressorCounts) => number,
  ): Spread | null => {
    const ratios = runs.map((counts) => {
      const count = value(counts);
      return count === undefined || unit(counts) === 0 ? undefined : count / unit(counts);
    });
    const known = ratios.filter((ratio) => ratio !== undefined);
    return known.length < ratios.length ? null : (spreadOf(known) ?? null);
  };
  const ops = ({ bogoOps }: StressorCounts): number => bogoOps;
  const time = ({ seconds }: StressorCounts): number => seconds;
  return {
    faultsPerBogoOp: over(({ faults }) => faults?.total, ops),
    minorPerBogoOp: over(({ faults }) => faults?.minor, ops),
    majorPerBogoOp: over(({ faults }) => faults?.major, ops),
    bogoOpsPerSecond: over(ops, time),
    faultsPerSecond: over(({ faults }) => faults?.total, time),
  };
}

function offBy(base: Spread | null, candidate: Spread | null): MeanChange | null {
  return base === null || candidate === null ? null : meanChange(base, candidate);
}

function agrees({ change, margin }: MeanChange): boolean | null {
  if (change === null) return false;
  if (Math.abs(change) <= AGREEMENT) return true;
  return margin === null || Math.abs(change) - margin <= AGREEMENT ? null : false;
}

/** Which kernels do not agree, and whether the runs were enough to say so. */
function remarks({ stressor, kernels }: HostStressor): string[] {
  const [real] = kernels as [HostEntry];
  const astray = kernels.filter((kernel) => kernel.agrees === false);
  const words = astray.map(({ kernel, off }) => `${kernel} (${formatPercent(off!.change)})`);
  const [widest] = kernels
    .filter(({ off }) => (off?.margin ?? 0) > AGREEMENT)
    .sort((a, b) => b.off!.margin! - a.off!.margin!);
  const limit = `${formatMagnitude(AGREEMENT)} %`;
  const isAlone = kernels.some(({ off, agrees }) => agrees === null && off?.margin === null);
  return [
    ...(words.length === 0
      ? []
      : [`${stressor}: faults/bogo-op off by more than ${limit}: ${words.join(', ')}.`]),
    ...(widest === undefined ? [] : [`${stressor}: ${resolution(real, widest)}`]),
    ...(isAlone ? [`${stressor}: one run a side says nothing of chance: use --runs.`] : []),
  ];
}

/** With figures of both, as they have a margin. */
function resolution(real: HostEntry, { faultsPerBogoOp, off }: HostEntry): string {
  // The spread of a few runs is itself a guess: more of them are needed in any case.
  const guess = runsFor(real.faultsPerBogoOp!, faultsPerBogoOp!, AGREEMENT)!;
  const needed = Math.max(real.runs.length + 1, guess);
  return (
    `${formatCount(real.runs.length, 'run')} tell to within ${formatMagnitude(off!.margin!)} %; ` +
    `about ${needed} would to within ${formatMagnitude(AGREEMENT)} %.`
  );
}

/** JSON with full precision and a final newline. */
export function formatHost(document: HostDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

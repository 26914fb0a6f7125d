/**
 * What a gate is worth on a machine: gates on kernels that are identical, and on one that is slower by
 * a known amount. Described by `results/noise.schema.json`.
 */
import type { ComparedHost, ToolFacts } from '../report/result.js';
import type { Plan } from '../plan/plan.js';
import type { Rate } from '../stats/binomial.js';
import type { Noise } from '../stats/noise.js';
import type { Verdict } from '../stats/verdict.js';
import type { GateVerdict } from './verdict.js';

export const NOISE_SCHEMA = 'mmsem-bench/noise';
export const NOISE_VERSION = 1;

/** What is to be found out. Fractions. */
export interface NoiseQuestion {
  readonly gates: number;
  /** What every gate allows. */
  readonly maxRegression: number;
  /** The slow-down planted. */
  readonly planted: number;
}

/** One gate on one of the two kernels; null as in GateCheck. */
export interface JudgedKernel {
  readonly verdict: GateVerdict;
  readonly change: number | null;
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
  readonly pBroken: number | null;
  readonly pKept: number | null;
  readonly detectable: number | null;
  /** What the comparison says of its page faults per second. */
  readonly comparison: Verdict;
}

export interface NoiseGate {
  /** Counted from 1. */
  readonly gate: number;
  /** The first of its rounds, as the whole run counts them, from 0. */
  readonly firstRound: number;
  readonly identical: JudgedKernel;
  readonly planted: JudgedKernel;
}

/** What all gates on one of the kernels have said. */
export interface GateTally {
  /** Label in the whole run. */
  readonly kernel: string;
  /** Improvements among them: they let pass as well. */
  readonly pass: number;
  readonly inconclusive: number;
  readonly untrustworthy: number;
  readonly regression: Rate;
  /** Page faults per second against the first kernel over all rounds of all gates, fractions. */
  readonly change: number | null;
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
}

/** What runs of so many rounds can show, in 80 % of cases. */
export interface Resolution {
  readonly rounds: number;
  /** Smallest change, a fraction, the median over the gates; null where none can be shown. */
  readonly detectable: number | null;
  /** Smallest slow-down, a fraction, that such gates call a regression. */
  readonly found: number | null;
  /** About how many rounds would show a change; null beyond what is worth naming. */
  readonly roundsFor: readonly { readonly change: number; readonly rounds: number | null }[];
}

export interface NoiseDocument {
  readonly schema: typeof NOISE_SCHEMA;
  readonly version: typeof NOISE_VERSION;
  readonly tool: ToolFacts;
  readonly host: ComparedHost;
  /** Of one gate's run, with both kernels beside the base. */
  readonly plan: Plan;
  readonly configurationHash: string;
  /** Whether a signal ended it before all gates were measured. */
  readonly partial: boolean;
  /** `none` of simulations, which are exact. */
  readonly noise: Noise;
  readonly asked: NoiseQuestion;
  /** Those measured to their end. */
  readonly gates: readonly NoiseGate[];
  readonly identical: GateTally;
  readonly planted: GateTally;
  /** Identical kernels that the comparison calls faster or slower. */
  readonly toldApart: Rate;
  /** Null of simulations. */
  readonly resolution: Resolution | null;
  /** Why all this is to be mistrusted; a sentence each. */
  readonly reasons: readonly string[];
  /** Doubts that travel with the numbers; a sentence each. */
  readonly warnings: readonly string[];
}

/** JSON with full precision and a final newline. */
export function formatNoise(document: NoiseDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

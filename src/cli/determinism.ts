/** `--trace-hash` and `--check-determinism`: whether a simulation is the same everywhere, always. */
import type { Plan } from '../plan/plan.js';
import type { ResultDocument } from '../report/result.js';
import type { CommandLine } from './command-line.js';
import { UsageError } from './usage-error.js';

/** Switches of simulated machines; they change no number. */
export const DETERMINISM = {
  'trace-hash': {
    flags: '--trace-hash',
    help: 'print a hash of all that happened, and one of the result but its host block',
  },
  'check-determinism': {
    flags: '--check-determinism',
    help: 'simulate everything twice; 5 if anything differs',
  },
} as const;

export interface DeterminismChoice {
  readonly traceHash: boolean;
  readonly checkDeterminism: boolean;
}

/** Throws UsageError: what happens on real threads is never the same twice. */
export function refuseWithoutMachine(switches: CommandLine['switches'], plan: Plan): void {
  const given = Object.keys(DETERMINISM).find((name) => switches.has(name));
  if (given !== undefined && plan.machine === undefined) {
    throw new UsageError(`--${given} is for simulated machines: add --engine virtual`);
  }
}

/** Throws UsageError where there is no machine to be simulated. */
export function chooseDeterminism({ switches }: CommandLine, plan: Plan): DeterminismChoice {
  refuseWithoutMachine(switches, plan);
  return {
    traceHash: switches.has('trace-hash'),
    checkDeterminism: switches.has('check-determinism'),
  };
}

/** What the switches have to say about a result; empty when neither was given. */
export async function determinismText(
  document: ResultDocument,
  { traceHash, checkDeterminism }: DeterminismChoice,
): Promise<string> {
  const simulations = document.kernels.reduce((sum, { rounds }) => sum + rounds.length, 0);
  const lines: string[] = [];
  if (checkDeterminism) lines.push(`${simulations} simulations, each run twice: no difference`);
  if (traceHash) {
    const { resultHashes } = await import('../report/result-hash.js');
    const { trace, result } = resultHashes(document);
    lines.push(`trace ${trace}`, `result sha256 ${result}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

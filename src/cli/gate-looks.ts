/** `gate --max-time`: further rounds for as long as the gate cannot tell. */
import type { Judgement, MeasuredRun } from '../gate/gate.js';
import type { Plan } from '../plan/plan.js';
import type { ResultDocument } from '../report/result.js';
import type { TrialSamples } from '../samples/samples.js';
import { SIGNIFICANCE } from '../stats/verdict.js';
import type { CommandLine } from './command-line.js';
import { documentMaker } from './measure-plan.js';
import { between, type ValueOption } from './option-value.js';
import type { RunChoice } from './run-plan.js';
import { readValues } from './setting.js';
import { fitsWithin } from './until.js';
import { parseSeconds } from './units.js';
import { UsageError } from './usage-error.js';

export const MORE_ROUNDS = {
  'max-time': {
    flags: '--max-time <T>',
    help: 'more batches of --rounds while inconclusive, up to T [one batch]',
    expects: 'a time from 1s to 1w such as 2m (suffixes s m h d w y)',
    parse: between(1, 604_800, parseSeconds),
  },
} satisfies Record<string, ValueOption<unknown>>;

/** What a gate makes of a run; `level` as of `judgeRun`. */
export type Judge = (run: MeasuredRun, level: number) => Judgement;

/** Null without more than one batch of rounds. Throws UsageError. */
export function chooseLooks({ settings }: CommandLine, plan: Plan): number | null {
  const { 'max-time': secondsMax } = readValues(MORE_ROUNDS, settings);
  if (secondsMax === undefined) return null;
  if (settings.has('save-baseline')) {
    throw new UsageError(
      '--max-time is for judging: a baseline has --rounds, leave one of them out',
    );
  }
  if (plan.machine === undefined) return secondsMax;
  throw new UsageError(
    '--max-time is for real threads: no simulation is inconclusive; leave it out',
  );
}

/**
 * Level at which a verdict is drawn after so many batches. Whoever looks again after every batch has
 * as many chances of being wrong; half of what is left of 5 % for each look keeps them below 5 % in
 * all, however many there are (alpha spending).
 */
export function levelOf(secondsMax: number | null, batches: number): number {
  return secondsMax === null ? SIGNIFICANCE : SIGNIFICANCE / 2 ** batches;
}

/** How many batches of its plan's rounds a document holds. */
export function batchesOf({ plan, kernels }: ResultDocument): number {
  const rounds = Math.max(0, ...kernels.map((kernel) => kernel.rounds.length));
  return Math.max(1, Math.ceil(rounds / plan.rounds));
}

/** What asks for further batches until the gate can tell, or there is no time for another. */
export async function lookingHook(
  plan: Plan,
  judge: Judge,
  secondsMax: number | null,
): Promise<Pick<RunChoice, 'wantsMore'>> {
  if (secondsMax === null) return {};
  const documentOf = await documentMaker(plan);
  const fits = fitsWithin(secondsMax);
  const isOpen = (trials: readonly TrialSamples[], batches: number): boolean => {
    const sofar = { trials, partial: false, notes: [], startedAt: '', elapsedSeconds: 0 };
    const run = { document: documentOf(sofar), conditions: undefined };
    return judge(run, levelOf(secondsMax, batches)).verdict === 'inconclusive';
  };
  return { wantsMore: (trials, batches) => fits(batches) && isOpen(trials, batches) };
}

/** Baselines: results of earlier runs, as `--save` and `--save-baseline` write them. */
import { configurationHash, hostFingerprint } from '../report/configuration.js';
import { BadSavedRun, SavedRunRefused } from '../report/readers/saved-run.js';
import { parseResult } from '../report/readers/result-reader.js';
import { textIfThere } from '../report/readers/saved-text.js';
import type { ResultDocument } from '../report/result.js';
import type { Baseline } from './gate.js';
import { distrust } from './trust.js';

/** A file that is there and is no baseline; `message` is one line for the user. */
export class BaselineRefused extends Error {
  override readonly name = 'BaselineRefused';
}

/** Undefined if there is no such file. Throws BaselineRefused for anything but a whole, sound result. */
export function readBaseline(file: string): Baseline | undefined {
  try {
    const text = textIfThere(file);
    return text === undefined ? undefined : { file, document: baselineIn(text) };
  } catch (error) {
    if (error instanceof SavedRunRefused) throw new BaselineRefused(error.message);
    if (!(error instanceof BadSavedRun)) throw error;
    throw new BaselineRefused(`'${file}' cannot be a baseline: ${error.message}`);
  }
}

function baselineIn(text: string): ResultDocument {
  const document = parseResult(text);
  const wrong = openEnded(document) ?? wrongHash(document) ?? distrust(document, undefined)[0];
  if (wrong !== undefined) throw new BadSavedRun(wrong);
  return document;
}

/** How many seeds a simulation takes is part of what it simulates, and no option of a gate's says it here. */
function openEnded({ plan, kernels }: ResultDocument): string | undefined {
  if (plan.machine === undefined) return undefined;
  const fixed = 'make one with a fixed number of --seeds';
  if (plan.until !== undefined) return `it was made with --until: ${fixed}`;
  const seeds = kernels[0]?.rounds.length ?? 0;
  return seeds === plan.rounds
    ? undefined
    : `it has ${seeds} seeds, its plan ${plan.rounds}: ${fixed}`;
}

/** Hashes that do not fit what they stand for tell of a file that was changed by hand. */
function wrongHash({ configurationHash: hash, plan, host }: ResultDocument): string | undefined {
  const isSound = hash === configurationHash(plan) && host.fingerprint === hostFingerprint(host);
  return isSound ? undefined : 'its plan or host is not the one that its hashes were made of';
}

/** Baselines: results of earlier runs, as `--save` and `--save-baseline` write them. */
import { readFileSync } from 'node:fs';
import { configurationHash, hostFingerprint } from '../report/configuration.js';
import { BadSavedRun } from '../report/readers/saved-run.js';
import { parseResult } from '../report/readers/result-reader.js';
import type { ResultDocument } from '../report/result.js';
import type { Baseline, MeasuredRun } from './gate.js';
import { judgeExactly } from './exact.js';
import { judgeRules } from './judge.js';
import type { Quantity } from './quantity.js';
import { ruleOf, type Rule } from './rule.js';
import type { GateCheck } from './verdict.js';
import { noiseOf } from '../stats/noise.js';

/** A file that is there and is no baseline; `message` is one line for the user. */
export class BaselineRefused extends Error {
  override readonly name = 'BaselineRefused';
}

/** Undefined if there is no such file. Throws BaselineRefused for anything but a whole, sound result. */
export function readBaseline(file: string): Baseline | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT') return undefined;
    throw new BaselineRefused(`cannot read the baseline '${file}': ${code}`);
  }
  if (text.trim() === '') throw new BaselineRefused(`the baseline '${file}' is empty`);
  try {
    return { file, document: soundDocument(text) };
  } catch (error) {
    if (!(error instanceof BadSavedRun)) throw error;
    throw new BaselineRefused(`'${file}' cannot be a baseline: ${error.message}`);
  }
}

/** Hashes that do not fit what they stand for tell of a file that was changed by hand. */
function soundDocument(text: string): ResultDocument {
  const document = parseResult(text);
  const isSound =
    document.configurationHash === configurationHash(document.plan) &&
    document.host.fingerprint === hostFingerprint(document.host);
  if (isSound) return document;
  throw new BadSavedRun('its plan or host is not the one that its hashes were made of');
}

/**
 * Whether a second run says the same as the first, as checks: simulations have to be equal, measured
 * quantities to be within `allowed`, a fraction, of each other, either way.
 */
export function agreement(
  first: MeasuredRun,
  second: MeasuredRun,
  quantities: readonly Quantity[],
  allowed: number,
): GateCheck[] {
  const { document } = second;
  if (noiseOf(document.plan) === 'none') {
    return judgeExactly(document, first.document, quantities);
  }
  const rules = document.kernels.flatMap(({ name }) =>
    quantities.flatMap((quantity): Rule[] => {
      const than = (factor: number) => ({ of: 'baseline', kernel: name, factor }) as const;
      return [
        ruleOf(name, quantity, 'above', than(1 - allowed)),
        ruleOf(name, quantity, 'below', than(1 + allowed)),
      ];
    }),
  );
  return judgeRules(rules, document, first.document);
}

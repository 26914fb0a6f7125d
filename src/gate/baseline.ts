/** Baselines: results of earlier runs, as `--save` and `--save-baseline` write them. */
import { readFileSync } from 'node:fs';
import { configurationHash, hostFingerprint } from '../report/configuration.js';
import { BadSavedRun } from '../report/readers/saved-run.js';
import { parseResult } from '../report/readers/result-reader.js';
import type { ResultDocument } from '../report/result.js';
import type { Baseline } from './gate.js';

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

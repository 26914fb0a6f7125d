import { readFileSync } from 'node:fs';
import { packageFile } from '../../util/package-file.js';
import { usable } from '../../stats/kernel-summary.js';
import { measuresOf, roundSummary, type Measure } from '../formats/measures.js';
import {
  RESULT_SCHEMA,
  RESULT_VERSION,
  type ResultDocument,
  type ResultKernel,
} from '../result.js';
import { contradictionIn } from './contradiction.js';
import { parseJson } from './json-text.js';
import { schemaViolation, type Schema } from './json-schema.js';
import { BadSavedRun, type SavedMetric, type SavedRun } from './saved-run.js';

/** The kernels of a document as `--save` wrote it. Throws BadSavedRun. */
export function readResultRuns(text: string, source: string): SavedRun[] {
  const document = parseResult(text);
  const measures = measuresOf(document);
  return document.kernels.map((kernel) => ({
    label: kernel.name,
    source,
    kind: 'mmsem-bench',
    metrics: measures.flatMap((measure) => metricsFrom(kernel, measure)),
    notes: document.warnings,
    document,
  }));
}

/** A whole document, of a run that came to its end, at one with itself. Throws BadSavedRun. */
export function parseResult(text: string): ResultDocument {
  const value = parseJson(text);
  const { schema, version } = (value ?? {}) as Partial<Record<keyof ResultDocument, unknown>>;
  if (schema !== RESULT_SCHEMA) {
    const given = typeof schema === 'string' ? `a '${schema}'` : 'without a schema';
    throw new BadSavedRun(`it is ${given}, not a '${RESULT_SCHEMA}'`);
  }
  if (version !== RESULT_VERSION) {
    const given = typeof version === 'string' ? `the string "${version}"` : String(version);
    throw new BadSavedRun(`it is of version ${given}, and this reads ${RESULT_VERSION}`);
  }
  const wrong = schemaViolation(resultSchema(), value);
  if (wrong !== undefined) throw new BadSavedRun(wrong);
  const document = value as ResultDocument;
  if (document.partial) throw new BadSavedRun('it is a partial run; let one run to its end');
  const contradiction = contradictionIn(document);
  if (contradiction !== undefined) throw new BadSavedRun(contradiction);
  return document;
}

/** None for a metric without a value in any round. */
function metricsFrom(kernel: ResultKernel, measure: Measure): SavedMetric[] {
  const { name, unit, better } = measure;
  const measured = usable(kernel.rounds).flatMap((round) => {
    const value = measure.valueOf(roundSummary(round));
    return value === null ? [] : [{ round: round.round, value }];
  });
  if (measured.length === 0) return [];
  const samples = measured.map(({ value }) => value);
  return [{ name, unit, better, samples, rounds: measured.map(({ round }) => round) }];
}

function resultSchema(): Schema {
  return JSON.parse(readFileSync(packageFile('results/result.schema.json'), 'utf8')) as Schema;
}

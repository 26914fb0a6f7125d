/** The document of reproductions: what `reproduce --json` prints and `results/reproductions` holds. */
import type { Reproduction } from '../samples/reproduction.js';

export const REPRODUCTION_SCHEMA = 'mmsem-bench/reproductions';
export const REPRODUCTION_VERSION = 1;

/** The same on every machine, byte for byte, for one version of the model. */
export interface ReproductionDocument {
  readonly schema: typeof REPRODUCTION_SCHEMA;
  readonly version: typeof REPRODUCTION_VERSION;
  readonly modelVersion: number;
  readonly reproductions: readonly Reproduction[];
}

export function buildReproductions(
  modelVersion: number,
  reproductions: readonly Reproduction[],
): ReproductionDocument {
  return {
    schema: REPRODUCTION_SCHEMA,
    version: REPRODUCTION_VERSION,
    modelVersion,
    reproductions: reproductions.map(({ name, title, fitted, rows, findings }) => ({
      name,
      title,
      fitted,
      rows: rows.map((row) => ({
        name: row.name,
        conditions: row.conditions,
        published: row.published,
        ours: row.ours,
        unit: row.unit,
        ratio: row.ratio,
        standing: row.standing,
        source: row.source,
      })),
      findings,
    })),
  };
}

/** JSON with a final newline. */
export function formatReproductions(document: ReproductionDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

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

/** The reproductions in a document's text. Throws when it is not of this version. */
export function parseReproductions(text: string): readonly Reproduction[] {
  const document = JSON.parse(text) as Partial<ReproductionDocument>;
  if (document.schema !== REPRODUCTION_SCHEMA || document.version !== REPRODUCTION_VERSION) {
    throw new Error(
      `this is not a ${REPRODUCTION_SCHEMA} document of version ${REPRODUCTION_VERSION}`,
    );
  }
  return document.reproductions!;
}

/** The first figure in which two runs differ, `ROW: was 1, is 2 s`; undefined when none does. */
export function firstDifference(before: Reproduction, after: Reproduction): string | undefined {
  const rows = Math.max(before.rows.length, after.rows.length);
  for (let i = 0; i < rows; i++) {
    const [old, now] = [before.rows[i], after.rows[i]];
    if (JSON.stringify(old) === JSON.stringify(now)) continue;
    if (!old || old.name !== now?.name) {
      return `row ${i + 1} was '${old?.name ?? 'not there'}', is '${now?.name ?? 'not there'}'`;
    }
    return old.ours === now.ours
      ? `${now.name}: its conditions or its published value`
      : `${now.name}: was ${old.ours}, is ${now.ours} ${now.unit}`;
  }
  const texts = ({ title, fitted, findings }: Reproduction) => [title, fitted, findings];
  return JSON.stringify(texts(before)) === JSON.stringify(texts(after)) ? undefined : 'its texts';
}

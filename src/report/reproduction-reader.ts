/** Reads what `formatReproductions` wrote, trusting nothing: the file may have been edited, or cut. */
import { STANDINGS, type Reproduction, type ReproductionRow } from '../samples/reproduction.js';
import {
  REPRODUCTION_SCHEMA,
  REPRODUCTION_VERSION,
  type ReproductionDocument,
} from './reproduction.js';

/** A text that is no document of reproductions; `message` goes on where the name of its file stands. */
export class BadReproductions extends Error {
  override readonly name = 'BadReproductions';
}

/** The document in a text. Throws BadReproductions. */
export function parseReproductions(text: string): ReproductionDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BadReproductions('it is not JSON', { cause });
  }
  if (!isRecord(value) || value['schema'] !== REPRODUCTION_SCHEMA) {
    throw new BadReproductions(`it is no ${REPRODUCTION_SCHEMA} document`);
  }
  if (value['version'] !== REPRODUCTION_VERSION) {
    throw new BadReproductions(
      `it is of version ${String(value['version'])}, and this reads ${REPRODUCTION_VERSION}`,
    );
  }
  const { modelVersion, reproductions } = value;
  if (typeof modelVersion !== 'number' || !Array.isArray(reproductions)) {
    throw new BadReproductions('its head is damaged');
  }
  for (const [place, reproduction] of reproductions.entries()) {
    if (!isReproduction(reproduction)) {
      throw new BadReproductions(`reproduction ${place + 1} in it is damaged`);
    }
    const damaged = reproduction.rows.findIndex((row) => !isRow(row));
    if (damaged < 0) continue;
    throw new BadReproductions(`row ${damaged + 1} of its '${reproduction.name}' is damaged`);
  }
  return value as unknown as ReproductionDocument;
}

function isReproduction(value: unknown): value is Reproduction {
  if (!isRecord(value)) return false;
  const { name, title, fitted, rows, findings } = value;
  return [name, title].every(isText) && isTexts(fitted) && isTexts(findings) && Array.isArray(rows);
}

function isRow(value: unknown): value is ReproductionRow {
  if (!isRecord(value)) return false;
  const { name, conditions, published, ours, unit, ratio, standing, source } = value;
  return (
    [name, conditions, unit, source].every(isText) &&
    [published, ratio].every((number) => number === null || typeof number === 'number') &&
    typeof ours === 'number' &&
    (STANDINGS as readonly unknown[]).includes(standing)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

/**
 * What one run of the micro-benchmarks says, as text and as the JSON document in which
 * `--against` fetches it from another revision's run.
 */
import { arch, cpus, release, type } from 'node:os';
import { BenchError } from './bench-error.js';
import type { Row } from './measure.js';
import { figure, textTable } from './text-table.js';

const SCHEMA = 'mmsem-bench/bench';
/** Raised when a revision could no longer be compared with the ones before it. */
const VERSION = 1;

export interface BenchDocument {
  readonly schema: typeof SCHEMA;
  readonly version: typeof VERSION;
  readonly host: string;
  readonly rows: readonly Row[];
}

export function hostLine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown CPU';
  return `${processors.length} x ${model}, ${arch()}, ${type()} ${release()}, Node ${process.versions.node}`;
}

export function benchDocument(rows: readonly Row[]): BenchDocument {
  return { schema: SCHEMA, version: VERSION, host: hostLine(), rows };
}

export function benchText({ host, rows }: BenchDocument): string {
  const repeats = rows[0]?.values.length ?? 0;
  const lines = rows.map(({ name, unit, median, best }) => [
    name,
    figure(median),
    figure(best),
    unit,
  ]);
  return `${host}; ${repeats} repeats\n\n${textTable([['', 'median', 'best', ''], ...lines])}`;
}

/** Throws BenchError when `text` is not what this version writes; `origin` is who wrote it. */
export function parseBenchDocument(text: string, origin: string): BenchDocument {
  let document: Partial<BenchDocument> | null;
  try {
    document = JSON.parse(text) as Partial<BenchDocument> | null;
  } catch {
    throw new BenchError(`the benchmarks of ${origin} did not print JSON`);
  }
  if (document?.schema !== SCHEMA || document.version !== VERSION || !document.rows) {
    throw new BenchError(
      `the benchmarks of ${origin} print another format than ${SCHEMA} ${VERSION}`,
    );
  }
  return document as BenchDocument;
}

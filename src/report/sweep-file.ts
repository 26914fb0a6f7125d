/**
 * The file in which a sweep keeps what is finished. It is one JSON document, replaced as a whole,
 * rather than lines that are appended: points finish in any order, and so the file of a sweep that was
 * interrupted a few times ends up the same as any other's, and no reader ever finds half of it.
 */
import { existsSync, statSync } from 'node:fs';
import { assertWritable, createAtomically, saveAtomically } from './save.js';
import { resumeObstacle } from './sweep-difference.js';
import {
  formatSweep,
  sweepDocument,
  type SweepDesign,
  type SweepDocument,
  type SweepPoint,
} from './sweep-document.js';
import { readSweep, SweepRefused } from './sweep-reader.js';

/** Writing a large file may take this much of the time at most; what is finished waits for its turn. */
const WRITING_SHARE = 0.05;

export interface SweepKeeper {
  /** The document of what is finished so far. */
  document(): SweepDocument;
  /** A point is finished. */
  add(point: SweepPoint): void;
  /** Writes what is not written yet. Throws NotWritable. */
  flush(): void;
}

/**
 * Begins or goes on with the sweep in `file`; without one, points are kept in memory alone. `wanted`
 * is the number of points that the shard has.
 *
 * A new file is made at once, so that of two shards that were given one file only one gets it.
 *
 * Throws SweepRefused if the file is something else or another sweep, NotWritable if there can be none.
 */
export function keepSweep(
  file: string | undefined,
  design: SweepDesign,
  wanted: number,
): SweepKeeper {
  const points = file === undefined ? [] : [...claim(file, design, wanted)];
  const document = (): SweepDocument => sweepDocument(design.head, points, wanted);
  let isSaved = true;
  let nextSaveMs = 0;
  const save = (): void => {
    if (file === undefined || isSaved) return;
    const startMs = performance.now();
    saveAtomically(file, formatSweep(document()));
    isSaved = true;
    const endMs = performance.now();
    nextSaveMs = endMs + (endMs - startMs) / WRITING_SHARE;
  };
  return {
    document,
    add: (point) => {
      points.push(point);
      isSaved = false;
      if (performance.now() < nextSaveMs) return;
      try {
        save();
      } catch {
        // The disk may have room again by the next point; if not, the flush says so.
      }
    },
    flush: save,
  };
}

/** The points that are in the file already. */
function claim(file: string, design: SweepDesign, wanted: number): readonly SweepPoint[] {
  assertWritable(file);
  const nothing = formatSweep(sweepDocument(design.head, [], wanted));
  if (!existsSync(file) && createAtomically(file, nothing)) return [];
  if (statSync(file).size === 0) {
    saveAtomically(file, nothing);
    return [];
  }
  const found = readSweep(file, 'give another file, or remove this one');
  const obstacle = resumeObstacle(found, design);
  if (obstacle !== undefined) {
    throw new SweepRefused(
      `'${file}' is another sweep: ${obstacle}; give another file, or remove this one`,
    );
  }
  return found.points;
}

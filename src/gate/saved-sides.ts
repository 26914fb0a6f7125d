/** What is compared: files that somebody saved, some of them pooled. */
import { existsSync } from 'node:fs';
import { readSavedRuns } from '../report/readers/read-saved-runs.js';
import { SavedRunRefused, type SavedMetric, type SavedRun } from '../report/readers/saved-run.js';
import type { ResultDocument } from '../report/result.js';

export interface SavedFile {
  readonly name: string;
  readonly kind: SavedRun['kind'];
  /** One at least. */
  readonly labels: readonly string[];
  /** Where it is one of ours. */
  readonly document?: ResultDocument;
}

/** What counts as one: a file, or several whose samples are pooled. */
export interface Side {
  /** As the user wrote it. */
  readonly name: string;
  readonly files: readonly SavedFile[];
  /** With a document only if that is all there is to the side. */
  readonly runs: readonly SavedRun[];
}

/** The files that `FILE` or `FILE,FILE` stands for: a comma may be in a name, too. */
export function filesOf(name: string): string[] {
  return existsSync(name) ? [name] : name.split(',');
}

/** The side that `FILE` or `FILE,FILE` stands for. Throws SavedRunRefused. */
export async function readSide(name: string): Promise<Side> {
  const names = filesOf(name);
  const twice = names.find((file, place) => names.indexOf(file) < place);
  if (twice !== undefined) {
    throw new SavedRunRefused(`'${twice}' is twice in '${name}': its runs would count double`);
  }
  if (names.includes('')) {
    throw new SavedRunRefused(`'${name}' names no file between two commas, or at an end`);
  }
  const runs: SavedRun[][] = [];
  for (const file of names) runs.push(await readSavedRuns(file));
  const files = runs.map((list, index): SavedFile => {
    const { kind, document } = list[0]!;
    const labels = list.map(({ label }) => label);
    return { name: names[index]!, kind, labels, ...(document && { document }) };
  });
  return { name, files, runs: runs.length === 1 ? runs[0]! : pooled(name, runs.flat()) };
}

/** Runs of the same label are one; nothing pairs the rounds of several files. */
function pooled(source: string, runs: readonly SavedRun[]): SavedRun[] {
  const labels = [...new Set(runs.map(({ label }) => label))];
  return labels.map((label) => {
    const parts = runs.filter((run) => run.label === label);
    const metrics = new Map<string, SavedMetric>();
    for (const { name, unit, better, samples } of parts.flatMap((part) => part.metrics)) {
      const key = JSON.stringify([name, unit]);
      const before = metrics.get(key);
      metrics.set(key, {
        ...{ name, unit },
        better: before?.better ?? better,
        samples: [...(before?.samples ?? []), ...samples],
      });
    }
    const notes = [...new Set(parts.flatMap((part) => part.notes))];
    return { label, source, kind: parts[0]!.kind, metrics: [...metrics.values()], notes };
  });
}

/** What stress-ng or we have printed of a run, with whatever stands around it in a log. */
import { entryLabels } from '../../samples/entry-labels.js';
import { BadSavedRun, type SavedRun } from './saved-run.js';
import { parsePrinted } from './stress-ng-print.js';
import { StressNgRuns } from './stress-ng-runs.js';

const UNTRUE =
  "page faults are instance 0's times the number of instances if stress-ng was older than 0.19.06";

/**
 * A run for every entry of a stressor, and for every kernel of ours; further blocks of it are repetitions of the
 * first. Throws BadSavedRun.
 */
export function readStressNgLog(text: string, source: string): SavedRun[] {
  const runs = new StressNgRuns();
  for (const { kernel, remark, entries } of parsePrinted(text)) {
    const labels = entryLabels(entries.map(({ stressor }) => stressor));
    for (const [index, { metrics, perf }] of entries.entries()) {
      const stressor = labels[index]!;
      runs.add(stressor, kernel, Object.entries({ ...metrics, ...perf }));
      if (remark !== undefined) runs.note(stressor, kernel, remark);
      const isUnsure = kernel === undefined && Object.keys(perf).length > 0;
      if (isUnsure) runs.note(stressor, kernel, UNTRUE);
    }
  }
  const saved = runs.saved(source);
  if (saved.length === 0) throw new BadSavedRun('it has no line of a stressor');
  return saved;
}

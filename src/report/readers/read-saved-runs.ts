/** Reads what may be compared, whichever of the known tools wrote it, trusting nothing. */
import { BadSavedRun, SavedRunRefused, type SavedRun } from './saved-run.js';
import { readText, wholeText } from './saved-text.js';

/** A kind of file. */
interface Reader {
  readonly title: string;
  /** Whether a text, which is not blank, is meant to be of this kind. */
  readonly recognizes: (text: string) => boolean;
  /** Throws BadSavedRun. */
  readonly load: () => Promise<(text: string, source: string) => SavedRun[]>;
}

/** The head of its metrics, or a line of perf's. */
const PRINTED =
  /^(?:.*\[\d+\] )?(?:stressor +bogo ops +real time | *\d[\d.,]* [A-Za-z][\w -]* +[\d.,]+ [A-Z]?\/sec)/m;

const READERS: readonly Reader[] = [
  {
    title: 'JSON of mmsem-bench',
    recognizes: (text) => /^\s*[[{]/.test(text),
    load: async () => (await import('./result-reader.js')).readResultRuns,
  },
  {
    title: 'Go benchmark text',
    recognizes: (text) => /^Benchmark/m.test(text),
    load: async () => (await import('./go-benchmark-reader.js')).readGoBenchmarkRuns,
  },
  // A line of one of its blocks may be YAML, too.
  {
    title: 'output of stress-ng',
    recognizes: (text) => PRINTED.test(text),
    load: async () => (await import('./stress-ng-log-reader.js')).readStressNgLog,
  },
  {
    title: 'YAML of stress-ng',
    recognizes: (text) => /^(---|[a-z-]+:)\s*$/m.test(text),
    load: async () => (await import('./stress-ng-reader.js')).readStressNgRuns,
  },
];

/** All runs in a file, one at least. Throws SavedRunRefused. */
export async function readSavedRuns(file: string): Promise<SavedRun[]> {
  return parseSavedRuns(readText(file), file);
}

/** All runs in a text, one at least; `source` is what messages call it. Throws SavedRunRefused. */
export async function parseSavedRuns(text: string, source: string): Promise<SavedRun[]> {
  const whole = wholeText(text, source);
  const reader = READERS.find(({ recognizes }) => recognizes(whole));
  if (reader === undefined) {
    const known = READERS.map(({ title }) => title).join(', ');
    throw new SavedRunRefused(`'${source}' is nothing that can be compared: it takes ${known}`);
  }
  try {
    return (await reader.load())(whole, source);
  } catch (error) {
    if (!(error instanceof BadSavedRun)) throw error;
    throw new SavedRunRefused(`'${source}' cannot be used as ${reader.title}: ${error.message}`);
  }
}

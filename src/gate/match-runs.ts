/** Which saved run is compared with which. */
import type { SavedRun } from '../report/readers/saved-run.js';
import { quotedName } from './compare-words.js';
import type { Side } from './saved-sides.js';

/** There are runs, and none that go together; `message` is one line for the user. */
export class NothingToCompare extends Error {
  override readonly name = 'NothingToCompare';
}

export interface Placed {
  /** Index of the side. */
  readonly side: number;
  readonly run: SavedRun;
}

export interface Match {
  readonly base: Placed;
  readonly candidate: Placed;
}

export interface Matching {
  /** One at least; all candidates of a base follow one another. */
  readonly matches: readonly Match[];
  /** What was matched otherwise than by label, or not at all; a sentence each. */
  readonly notes: readonly string[];
}

/** More would not be read. */
const NAMED_MAX = 5;

/**
 * The runs of the first side as bases, each with the runs of its label in the others, or of its stressor
 * where only one of the two sides ran that on several kernels. A side alone
 * has the first run of a subject as the base of its others; sides of one run each are compared whatever their
 * labels. Throws NothingToCompare.
 */
export function matchRuns(sides: readonly Side[]): Matching {
  const [base, ...others] = sides;
  if (base === undefined) throw new NothingToCompare('there is no file');
  if (others.length === 0) return { matches: within(base), notes: strangers([base]) };
  const labels = new Set(sides.flatMap(({ runs }) => runs.map(({ label }) => label)));
  const areSingle = sides.every(({ runs }) => runs.length === 1);
  if (areSingle && labels.size > 1) {
    const matches = others.map((other, index) =>
      match(0, base.runs[0]!, index + 1, other.runs[0]!),
    );
    return { matches, notes: [singleNote(sides)] };
  }
  const matches = base.runs.flatMap((run) =>
    others.flatMap((other, index) =>
      partnersOf(run, other).map((found) => match(0, run, index + 1, found)),
    ),
  );
  if (matches.length === 0) throw new NothingToCompare(`no label in common: ${inventory(sides)}`);
  const bySubject = matches.filter(({ base: a, candidate: b }) => a.run.label !== b.run.label);
  return { matches, notes: [...subjectNotes(bySubject, sides), ...strangers(sides, bySubject)] };
}

/** The run of the same label; else, of a stressor that only one side ran on several kernels, all of these. */
function partnersOf(run: SavedRun, { runs }: Side): readonly SavedRun[] {
  const same = runs.find(({ label }) => label === run.label);
  if (same !== undefined) return [same];
  return runs.filter((other) => other.subject === run.label || other.label === run.subject);
}

/** What was compared although its label differs. */
function subjectNotes(matches: readonly Match[], sides: readonly Side[]): string[] {
  const words = matches.map(({ base, candidate }) =>
    [base, candidate].map(({ side, run }) => `${run.label} of ${quotedName(sides[side]!.name)}`),
  );
  if (words.length === 0) return [];
  const pairs = words.map((pair) => pair.join(' with '));
  return [`Compared as the same stressor on other kernels: ${listed(pairs)}.`];
}

function within({ name, runs }: Side): Match[] {
  const subjects = [...new Set(runs.map(({ subject }) => subject))];
  const matches = subjects.flatMap((subject) => {
    const [first, ...rest] = runs.filter((run) => run.subject === subject);
    return rest.map((run) => match(0, first!, 0, run));
  });
  if (matches.length === 0) {
    const labels = listed(runs.map(({ label }) => label));
    const what = runs.length === 1 ? `a single run, ${labels}` : `one run each of ${labels}`;
    throw new NothingToCompare(`'${name}' has ${what}; give a second file`);
  }
  return matches;
}

function match(baseSide: number, base: SavedRun, side: number, run: SavedRun): Match {
  return { base: { side: baseSide, run: base }, candidate: { side, run } };
}

function singleNote(sides: readonly Side[]): string {
  const words = sides.map(({ name, runs }) => `${runs[0]!.label} of ${quotedName(name)}`);
  return `The files hold one run each, which are compared although their labels differ: ${listed(words)}.`;
}

function inventory(sides: readonly Side[]): string {
  const words = sides.map(
    ({ name, runs }) => `'${name}' has ${listed(runs.map(({ label }) => label))}`,
  );
  return listed(words, '; ');
}

/** The labels that some files lack and that were not `matched` all the same, those of the same files together. */
function strangers(sides: readonly Side[], matched: readonly Match[] = []): string[] {
  const files = sides.flatMap((side) => side.files);
  const labels = new Set(files.flatMap((file) => file.labels));
  for (const { base, candidate } of matched) {
    for (const { run } of [base, candidate]) labels.delete(run.label);
  }
  const lists = new Map<string, string[]>();
  for (const label of labels) {
    const having = files.filter((file) => file.labels.includes(label));
    if (having.length === files.length) continue;
    const missing = files.filter((file) => !having.includes(file));
    const isRare = having.length <= missing.length;
    const names = (isRare ? having : missing).map(({ name }) => quotedName(name));
    const where = `${isRare ? 'Only in' : 'Not in'} ${listed(names)}`;
    lists.set(where, [...(lists.get(where) ?? []), label]);
  }
  return [...lists].map(([where, found]) => `${where}: ${listed(found)}.`);
}

function listed(words: readonly string[], separator = ', '): string {
  const shown = words.slice(0, NAMED_MAX);
  const rest = words.length - shown.length;
  return [...shown, ...(rest === 0 ? [] : [`${rest} more`])].join(separator);
}

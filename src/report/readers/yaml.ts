/**
 * The YAML that stress-ng writes, and no other: block mappings and lists by indentation, plain and
 * single-quoted scalars on one line, comments, documents between `---` and `...`. Everything else is
 * refused with its line; a library would be many times the size, and guess at types besides (the
 * date `2026:11:22` is a number in base 60 to some). Scalars are texts here.
 */
import { BadSavedRun } from './saved-run.js';

export type Yaml = string | null | readonly Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly number: number;
  readonly indent: number;
  readonly text: string;
}

/** The documents of a text; one without its end mark was cut off. Throws BadSavedRun. */
export function parseYaml(text: string): Yaml[] {
  const documents: Yaml[] = [];
  let lines: Line[] | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const number = index + 1;
    const content = raw.trimEnd();
    if (content === '---') {
      if (lines !== undefined) throw cutOff(number);
      lines = [];
    } else if (content === '...') {
      if (lines === undefined) throw bad(number, "'...' without '---' before it");
      documents.push(blockOf(lines));
      lines = undefined;
    } else {
      const indented = content.trimStart();
      if (indented === '' || indented.startsWith('#')) continue;
      if (lines === undefined) throw bad(number, "text outside of '---' and '...'");
      if (/^ *\t/.test(content)) throw bad(number, 'a tab in the indentation');
      lines.push({ number, indent: content.length - indented.length, text: indented });
    }
  }
  if (lines !== undefined) throw cutOff(text.split('\n').length);
  return documents;
}

function blockOf(lines: readonly Line[]): Yaml {
  const queue = [...lines];
  const [first] = queue;
  if (first === undefined) return null;
  const value = takeBlock(queue, first.indent);
  const left = queue.at(0);
  if (left !== undefined) throw bad(left.number, 'indentation that fits nothing above');
  return value;
}

/** Takes the lines of one mapping or list, all of the same indentation, off the queue. */
function takeBlock(queue: Line[], indent: number): Yaml {
  return queue[0]!.text.startsWith('- ') ? takeList(queue, indent) : takeMapping(queue, indent);
}

function takeList(queue: Line[], indent: number): Yaml[] {
  const items: Yaml[] = [];
  for (let line = queue[0]; line?.indent === indent; line = queue[0]) {
    if (!line.text.startsWith('- ')) break;
    // What follows the dash is the first line of a mapping that stands where it stands.
    const text = line.text.slice(1).trimStart();
    const within = indent + line.text.length - text.length;
    queue[0] = { number: line.number, indent: within, text };
    items.push(takeBlock(queue, within));
  }
  return items;
}

/** A description that began with a percent sign begins with a hyphen as a key. */
const ENTRY = /^((?:\w|-(?=\w))[^\s:]*):(?: +(.*))?$/;

function takeMapping(queue: Line[], indent: number): Yaml {
  const entries = new Map<string, Yaml>();
  for (let line = queue[0]; line?.indent === indent; line = queue[0]) {
    const [, key, rest = ''] = ENTRY.exec(line.text) ?? [];
    if (key === undefined) throw bad(line.number, `'${line.text}' where 'key: value' belongs`);
    if (entries.has(key)) throw bad(line.number, `a second ${key}`);
    queue.shift();
    const scalar = scalarOf(rest, line.number);
    const next = queue[0];
    const isBlock = scalar === null && next !== undefined && next.indent > indent;
    entries.set(key, isBlock ? takeBlock(queue, next.indent) : scalar);
  }
  return Object.fromEntries(entries);
}

const QUOTED = /^'((?:[^']|'')*)'(?: +#.*)?$/;

/** Null where nothing stands, or nothing but a comment. */
function scalarOf(text: string, line: number): string | null {
  if (text === '' || text.startsWith('#')) return null;
  if (text.startsWith("'")) {
    const [, quoted] = QUOTED.exec(text) ?? [];
    if (quoted === undefined) throw bad(line, `${text}, which has no closing quote`);
    return quoted.replaceAll("''", "'");
  }
  if (/^["[\]{}&*!|>%@`]|: |:$/.test(text)) throw bad(line, `'${text}', a form that is not read`);
  return text.replace(/\s+#.*$/, '');
}

function bad(line: number, problem: string): BadSavedRun {
  return new BadSavedRun(`line ${line} has ${problem}`);
}

function cutOff(line: number): BadSavedRun {
  return new BadSavedRun(`it is cut off: no '...' up to line ${line}`);
}

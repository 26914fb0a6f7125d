/**
 * Lines made into calls of one process: halves joined per thread, other processes left out, and what
 * came before an execve, in an address space that it ended.
 */
import { splitArguments } from './arguments.js';
import { BadCalls } from './bad-calls.js';
import type { Line } from './strace-line.js';

/** A call as strace writes it, arguments cut apart and otherwise unread. */
export interface RawCall {
  readonly line: number;
  readonly pid: string;
  readonly name: string;
  readonly text: string;
  readonly args: readonly string[];
  /** What follows `=`; undefined where there is none. */
  readonly result: string | undefined;
}

export type NumberedLine = Exclude<Line, { kind: 'nothing' }> & { readonly line: number };
export type Ours = Extract<NumberedLine, { kind: 'touch' | 'mapping' }>;
export type Item = Ours | (RawCall & { readonly kind: 'call' });

/**
 * Takes effect where it begins: others may be given the place of it before it has returned. Whatever
 * else is in two halves takes effect where it ends, as nobody can build on it before.
 */
const AT_ITS_BEGINNING = 'munmap';

interface Half {
  readonly line: number;
  readonly pid: string;
  readonly text: string;
  /** Where in the items its effect is to be; undefined: where it ends. */
  readonly at: number | undefined;
}

/** Throws BadCalls. `unfinished` are the calls that never end. */
export function joinLines(lines: readonly NumberedLine[]): {
  readonly items: readonly Item[];
  readonly unfinished: number;
} {
  const items: (Item | undefined)[] = [];
  const halves = new Map<string, Half>();
  for (const line of lines) {
    if (line.kind === 'call') {
      if (line.whole) items.push(rawCall(line.line, line.pid, line.text));
      else {
        const atBeginning = line.text.startsWith(`${AT_ITS_BEGINNING}(`);
        const at = atBeginning ? items.push(undefined) - 1 : undefined;
        halves.set(line.pid, { line: line.line, pid: line.pid, text: line.text, at });
      }
    } else if (line.kind === 'resumed') {
      const half = takeHalf(halves, line);
      // The first half may have come before the recording began.
      if (half === undefined) continue;
      const whole = half.text + line.text;
      if (half.at === undefined) items.push(rawCall(line.line, half.pid, whole));
      else items[half.at] = rawCall(half.line, half.pid, whole);
    } else items.push(line);
  }
  return { items: items.filter((item) => item !== undefined), unfinished: halves.size };
}

/** strace gives the first thread no pid as long as it is the only one. */
function takeHalf(
  halves: Map<string, Half>,
  { pid, name }: { readonly pid: string; readonly name: string },
): Half | undefined {
  for (const key of [pid, '']) {
    const half = halves.get(key);
    if (half?.text.startsWith(`${name}(`) !== true) continue;
    halves.delete(key);
    return half;
  }
  return undefined;
}

function rawCall(line: number, pid: string, text: string): Item {
  const open = text.indexOf('(');
  const name = text.slice(0, open);
  const { args, rest } = splitArguments(text.slice(open + 1));
  if (rest === undefined) throw new BadCalls(`line ${line}: '${text}' has no closing parenthesis`);
  const [, result] = /^\s*=\s*(.*)$/.exec(rest) ?? [];
  if (result === undefined && rest.trim() !== '') {
    throw new BadCalls(
      `line ${line}: behind a call stands nothing or '= RESULT', not '${rest.trim()}'`,
    );
  }
  return { kind: 'call', line, pid, name, text: `${name}(${args.join(', ')})`, args, result };
}

/** New processes, not threads, unless their flags say that they share the address space. */
const CLONES: readonly string[] = ['clone', 'clone3', 'fork', 'vfork'];

/** The items of the process that the first call is of, since its last execve. */
export function firstProcess(items: readonly Item[]): {
  readonly items: readonly Item[];
  readonly notes: readonly string[];
} {
  const foreign = new Set(children(items));
  const first = items.find((item) => item.kind === 'call')?.pid;
  const notes: string[] = [];
  let own: Item[] = [];
  let left = 0;
  for (const item of items) {
    if (item.kind === 'call' && foreign.has(item.pid)) {
      left++;
      continue;
    }
    if (item.kind === 'call' && item.name === 'execve' && item.result?.startsWith('0') === true) {
      // A child that shared the address space leaves it by its execve.
      if (item.pid !== first) {
        foreign.add(item.pid);
        continue;
      }
      // Mappings alone are what this execve has mapped: nothing else can be known of it.
      if (own.some(({ kind }) => kind !== 'mapping')) {
        notes.push(beforeExecve(own.length, item.line));
        own = [];
      }
    }
    own.push(item);
  }
  if (left > 0) notes.push(`${left} calls of other processes are left out: one is replayed.`);
  return { items: own, notes };
}

function beforeExecve(count: number, line: number): string {
  const lines = count === 1 ? '1 line is' : `${count} lines are`;
  return `${lines} left out before line ${line}: its execve begins another address space.`;
}

/** Pids of processes that were forked, and of all that they have started. */
function children(items: readonly Item[]): string[] {
  const clones = items.flatMap((item) => {
    if (item.kind !== 'call' || !CLONES.includes(item.name)) return [];
    const child = /^(\d+)/.exec(item.result ?? '')?.[1];
    if (child === undefined || child === '0') return [];
    const isShared = item.name === 'vfork' || /\bCLONE_VM\b/.test(item.args.join(' '));
    return [{ parent: item.pid, child, isShared }];
  });
  const foreign = new Set<string>();
  for (const { child, isShared } of clones) if (!isShared) foreign.add(child);
  // Until nobody is added: who was started may be seen before who has started it.
  for (let size = -1; size !== foreign.size;) {
    size = foreign.size;
    for (const { parent, child } of clones) if (foreign.has(parent)) foreign.add(child);
  }
  return [...foreign];
}

/** One line of what strace prints, or of ours, told apart by its shape; nothing in it is judged yet. */
import { readNumber } from './arguments.js';
import type { GivenMapping } from './program.js';

export type Line =
  /** A call as a whole, or its first half, which ends in `<unfinished ...>`. */
  | { readonly kind: 'call'; readonly pid: string; readonly text: string; readonly whole: boolean }
  /** The second half of a call: what follows `<... mmap resumed>`. */
  | {
      readonly kind: 'resumed';
      readonly pid: string;
      readonly name: string;
      readonly text: string;
    }
  | {
      readonly kind: 'touch';
      readonly address: number;
      readonly bytes: number;
      readonly access: 'r' | 'w';
    }
  | ({ readonly kind: 'mapping' } & Omit<GivenMapping, 'line'>)
  /** Comments, signals, ends of threads, strace's own remarks. */
  | { readonly kind: 'nothing' };

const PID = /^(?:\[pid\s+(\d+)\]\s*|(\d+)\s+(?=\S))/;
/** -t, -tt, -ttt, -r, then -i or -n. */
const TIME = /^(?:\d\d:\d\d:\d\d(?:\.\d+)?|\d+(?:\.\d+)?)\s+(?=\S)/;
const BEFORE_CALL = /^(?:\[\s*[0-9a-f]+\]\s*)+/;

const NAME = '[a-z_][a-z0-9_]*';
const CALL = new RegExp(`^${NAME}\\(`, 'i');
const RESUMED = new RegExp(`^<\\.\\.\\. (${NAME}) resumed>\\s?(.*)$`, 'is');
const UNFINISHED = /\s*<unfinished \.\.\.>$/;
const TOUCH = /^touch\s+(\S+)(?:\s+(\S+))?\s+([rw])$/;
const MAPPING =
  /^([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-][sp]) ([0-9a-f]+) [0-9a-f]+:[0-9a-f]+ \d+\s*(.*)$/;
const NOTHING = /^(?:$|#|\+\+\+ .* \+\+\+$|--- .* ---$|> )/;
const REMARK =
  /^(?:strace: |(?:\[?(?:Process|process|pid)\s+\d+\]?\s+(?:attached|detached|resumed|suspended)))/;

/** Undefined for a line that is none of these. */
export function readLine(line: string): Line | undefined {
  const trimmed = line.trim();
  if (NOTHING.test(trimmed) || REMARK.test(trimmed)) return { kind: 'nothing' };
  const ours = readTouch(trimmed) ?? readMapping(trimmed);
  if (ours !== undefined) return ours;
  const [prefix = '', inBrackets, bare] = PID.exec(trimmed) ?? [];
  const pid = inBrackets ?? bare ?? '';
  const text = trimmed.slice(prefix.length).replace(TIME, '').replace(BEFORE_CALL, '');
  if (NOTHING.test(text) || REMARK.test(text)) return { kind: 'nothing' };
  const [, name, rest] = RESUMED.exec(text) ?? [];
  if (name !== undefined && rest !== undefined) return { kind: 'resumed', pid, name, text: rest };
  if (!CALL.test(text)) return undefined;
  const whole = !UNFINISHED.test(text);
  return { kind: 'call', pid, text: text.replace(UNFINISHED, ''), whole };
}

function readTouch(text: string): Line | undefined {
  const [, address, bytes = '1', access] = TOUCH.exec(text) ?? [];
  if (address === undefined) return undefined;
  const from = readNumber(address);
  const length = readNumber(bytes);
  if (from === undefined || length === undefined || from < 0 || length <= 0) return undefined;
  return { kind: 'touch', address: from, bytes: length, access: access === 'w' ? 'w' : 'r' };
}

/** A line of /proc/PID/maps. Throws nothing: one that ends before it starts is none. */
export function readMapping(
  text: string,
): ({ kind: 'mapping' } & Omit<GivenMapping, 'line'>) | undefined {
  const [, start, end, permissions, offset, name] = MAPPING.exec(text.trim()) ?? [];
  if (start === undefined || permissions === undefined || name === undefined) return undefined;
  const [from, to, at] = [start, end, offset].map((digits) => Number(`0x${digits}`)) as [
    number,
    number,
    number,
  ];
  if (from >= to) return undefined;
  return { kind: 'mapping', start: from, end: to, permissions, offset: at, name };
}

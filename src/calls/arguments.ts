/** Numbers, names of numbers and lists of arguments, as strace writes them. */
import type { Names, Parameter } from './call-table.js';

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

/**
 * Cuts `text` at its outermost commas, up to the `)` that closes the call. `rest` is what follows that,
 * undefined where nothing closes it. Quotes, brackets and the paths of -y may contain either.
 */
export function splitArguments(text: string): {
  readonly args: readonly string[];
  readonly rest: string | undefined;
} {
  const args: string[] = [];
  const open: string[] = [];
  let from = 0;
  const cut = (at: number): void => {
    const argument = text.slice(from, at).trim();
    if (argument !== '' || args.length > 0) args.push(argument);
    from = at + 1;
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    const closer = open.at(-1);
    if (closer === '"') {
      if (sign === '\\') at++;
      else if (sign === '"') open.pop();
    } else if (sign === closer) open.pop();
    // A path holds any sign but >.
    else if (closer === '>') continue;
    else if (text.startsWith('<<', at)) at++;
    else if (sign === '"') open.push('"');
    else if (CLOSERS[sign] !== undefined) open.push(CLOSERS[sign]);
    else if (sign === ',' && closer === undefined) cut(at);
    else if (sign === ')' && closer === undefined) {
      cut(at);
      return { args, rest: text.slice(at + 1) };
    }
  }
  return { args, rest: undefined };
}

const SUFFIXES: Readonly<Record<string, number>> = {
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/** `0x7f...`, `4096`, `64K`, `NULL`, `8*1024`; undefined for what is none of these or not below 2^64. */
export function readNumber(text: string): number | undefined {
  if (text === 'NULL') return 0;
  const factors = text.split('*').map((factor) => {
    const [, digits, suffix] = /^(-?(?:0x[0-9a-f]+|\d+))([kmgt]?)$/i.exec(factor.trim()) ?? [];
    if (digits === undefined || suffix === undefined) return NaN;
    const isNegative = digits.startsWith('-');
    const number = Number(isNegative ? digits.slice(1) : digits);
    return (isNegative ? -number : number) * (SUFFIXES[suffix.toLowerCase()] ?? 1);
  });
  const product = factors.reduce((one, other) => one * other);
  return Number.isNaN(product) || Math.abs(product) > 2 ** 64 ? undefined : product;
}

/** `PROT_READ|PROT_WRITE`, `0x20`, `MAP_HUGETLB|21<<MAP_HUGE_SHIFT`. */
function readNames(text: string, { of, joins }: Names): number | undefined {
  const parts = text.split('|').map((part) => readName(part.trim(), of));
  if (parts.length > 1 && !joins) return undefined;
  let sum = 0;
  for (const part of parts) {
    if (part === undefined) return undefined;
    sum = (sum | part) >>> 0;
  }
  return sum;
}

const HUGE_SHIFT = 26;

function readName(text: string, of: ReadonlyMap<string, number>): number | undefined {
  const [, size] = /^(\d+)<<MAP_HUGE_SHIFT$/.exec(text) ?? [];
  return size === undefined ? (of.get(text) ?? readNumber(text)) : Number(size) << HUGE_SHIFT;
}

/** What one argument is; undefined if it is nothing of that kind. */
export function readArgument(
  text: string,
  kind: Parameter,
): { readonly value: number; readonly path?: string } | undefined {
  const bare = text.replace(/\/\*.*?\*\//g, '').trim();
  if (kind === 'vector') return { value: 0 };
  if (kind === 'fd') {
    const [, digits, path] = /^(-?\d+)(?:<(.*)>(\(deleted\))?)?$/s.exec(bare) ?? [];
    if (digits === undefined) return undefined;
    return { value: Number(digits), ...(path === undefined ? {} : { path }) };
  }
  const value = kind === 'number' ? readNumber(bare) : readNames(bare, kind);
  return value === undefined ? undefined : { value };
}

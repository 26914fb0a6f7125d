/**
 * Random programs and the words that name one: `patched/4K/...`. A program is a function of seed and
 * number; what is left of it after shrinking, a list of the calls kept.
 */
import { CALL_WORDS } from '../../../workload/fuzz/call.js';
import { Prng, STREAM } from '../../../util/prng.js';

/** Calls of one task. */
export const CALLS = 24;

export interface FuzzCase {
  readonly kernel: string;
  readonly thresholdBytes: number;
  readonly linux: string;
  readonly tasks: number;
  readonly mms: number;
  readonly seed: number;
  readonly program: number;
  readonly schedule: number;
  /** By task, the numbers of the calls that are made, ascending. */
  readonly kept: readonly (readonly number[])[];
}

/** The text has no such form. */
export class BadFuzzReplay extends Error {
  override readonly name = 'BadFuzzReplay';
}

/** The words of every task's calls. */
export function drawPrograms(seed: number, program: number, tasks: number): Int32Array[] {
  const prng = new Prng(seed, STREAM.fuzz, program);
  return Array.from({ length: tasks }, () => {
    return Int32Array.from({ length: CALLS * CALL_WORDS }, () => prng.next32() >>> 1);
  });
}

export function allCalls(tasks: number): number[][] {
  return Array.from({ length: tasks }, () => Array.from({ length: CALLS }, (_, call) => call));
}

const FORM = 'KERNEL/THRESHOLD/LINUX/TASKS/MMS/SEED/PROGRAM/SCHEDULE/CALLS';

export function formatFuzzReplay(found: FuzzCase): string {
  const { kernel, thresholdBytes, linux, tasks, mms, seed, program, schedule } = found;
  const kept = found.kept.map((calls) => formatCalls(calls)).join(',');
  return [kernel, thresholdBytes, linux, tasks, mms, seed, program, schedule, kept].join('/');
}

/** Throws BadFuzzReplay. Whether kernel and version exist is for the caller to find out. */
export function parseFuzzReplay(text: string): FuzzCase {
  const parts = text.trim().split('/');
  if (parts.length !== FORM.split('/').length) throw new BadFuzzReplay(`it has the form ${FORM}`);
  const [kernel, threshold, linux, tasks, mms, seed, program, schedule, calls] = parts;
  const found = {
    kernel: kernel!,
    thresholdBytes: whole('THRESHOLD', threshold!, 4096, 2 ** 47),
    linux: linux!,
    tasks: whole('TASKS', tasks!, 1, 26),
    mms: whole('MMS', mms!, 1, 26),
    seed: whole('SEED', seed!, 0, Number.MAX_SAFE_INTEGER),
    program: whole('PROGRAM', program!, 0, Number.MAX_SAFE_INTEGER),
    schedule: whole('SCHEDULE', schedule!, 0, Number.MAX_SAFE_INTEGER),
    kept: calls!.split(',').map(parseCalls),
  };
  if (found.kept.length !== found.tasks) throw new BadFuzzReplay('its CALLS are not one per task');
  if (found.mms > found.tasks) throw new BadFuzzReplay('it has more MMS than TASKS');
  return found;
}

function whole(what: string, text: string, low: number, high: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (value >= low && value <= high) return value;
  throw new BadFuzzReplay(`its ${what} is '${text}', not a whole number from ${low} to ${high}`);
}

/** `0-3.7`: ranges, `-` for none. */
function formatCalls(calls: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const call of calls) {
    const last = ranges.at(-1);
    if (last?.[1] === call - 1) last[1] = call;
    else ranges.push([call, call]);
  }
  const texts = ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`));
  return texts.length === 0 ? '-' : texts.join('.');
}

function parseCalls(text: string): number[] {
  if (text === '-') return [];
  return text.split('.').flatMap((range) => {
    const [, from, to = from] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(range) ?? [];
    if (from === undefined || Number(to) >= CALLS || Number(to) < Number(from)) {
      throw new BadFuzzReplay(`its CALLS cannot be read at '${range}'`);
    }
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => Number(from) + i);
  });
}

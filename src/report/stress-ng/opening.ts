/** What stress-ng says before a run: how long it will take, and what will run. */
import type { Compat } from '../../plan/stress.js';
import { spelledOut, spelledShort } from './duration.js';
import { info, type Message } from './message.js';
import { printedName } from './stress-run.js';

export interface Opening {
  readonly compat: Compat;
  /** Of every stressor; 0: without end. */
  readonly timeoutSeconds: number;
  /** Nobody has given a timeout. */
  readonly isDefault: boolean;
  readonly entries: readonly { readonly stressor: string; readonly instances: number }[];
}

export function openingMessages(opening: Opening): Message[] {
  return [...lengthLines(opening), hogsLine(opening.entries)].map(info);
}

/** What will run, or would: `dispatching hogs: 2 mmap, 1 vm`. */
export function hogsLine(entries: Opening['entries']): string {
  const hogs = entries.map(({ stressor, instances }) => `${instances} ${printedName(stressor)}`);
  return `dispatching hogs: ${hogs.join(', ')}`.trimEnd();
}

/** A time that was given was news to nobody when 0.09 was current. */
function lengthLines({ compat, timeoutSeconds, isDefault }: Opening): string[] {
  if (compat === '0.09.31' && !isDefault) return [];
  const verb = isDefault ? 'defaulting' : 'setting';
  return [`${verb} to ${LENGTHS[compat](timeoutSeconds)} run per stressor`];
}

function secondsOf(seconds: number): string {
  return `a ${seconds} second${seconds > 60 ? ` (${spelledOut(seconds)})` : ''}`;
}

const LENGTHS: Readonly<Record<Compat, (seconds: number) => string>> = {
  '0.09.31': secondsOf,
  '0.15.06': secondsOf,
  head: (seconds) => {
    if (seconds === 0) return 'an infinite';
    return `a ${spelledShort(seconds, Number.isInteger(seconds) ? 0 : 2)}`;
  },
};

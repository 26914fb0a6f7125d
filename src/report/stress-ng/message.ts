/** What stress-ng says is lines of some type, each behind a prefix that tells who says it. */
import type { Compat } from '../../plan/stress.js';

export type MessageType = 'info' | 'debug' | 'error' | 'fail' | 'warn' | 'metrc';

export interface Message {
  readonly type: MessageType;
  readonly text: string;
}

export interface MessageFrame {
  /** Who says it: `mmsem-bench` where stress-ng has its own name. */
  readonly program: string;
  /** Of the main process, for all lines of a summary. */
  readonly pid: number;
  readonly compat: Compat;
  /** `--log-brief`: the text alone. */
  readonly brief: boolean;
  /** `--timestamp`: when it is said stands before its type. */
  readonly timestamp: boolean;
}

/** Types that a release has not, and what such a message is called there. */
const MISSING: Readonly<Record<Compat, Readonly<Partial<Record<MessageType, MessageType>>>>> = {
  '0.09.31': { metrc: 'info', warn: 'info' },
  '0.15.06': {},
  head: {},
};

/** `mmsem-bench: info:  [123] text`, without a line end; `at` is when it is said. */
export function frameMessage(frame: MessageFrame, { type, text }: Message, at: Date): string {
  if (frame.brief) return text;
  const time = frame.timestamp ? `${timeOfDay(at)} ` : '';
  const named = `${MISSING[frame.compat][type] ?? type}:`.padEnd(6);
  return `${frame.program}: ${time}${named} [${frame.pid}] ${text}`;
}

export function info(text: string): Message {
  return { type: 'info', text };
}

export function warn(text: string): Message {
  return { type: 'warn', text };
}

export function metrc(text: string): Message {
  return { type: 'metrc', text };
}

/** `17:48:29.07`, in hundredths. */
function timeOfDay(at: Date): string {
  const parts = [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits);
  return `${parts.join(':')}.${twoDigits(Math.floor(at.getMilliseconds() / 10))}`;
}

/** `07`. */
export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

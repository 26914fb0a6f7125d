/**
 * Random memory calls in trinity's spirit, as plain numbers: a call is four words of 31 random bits,
 * and what they mean depends on nothing but them and on where mappings are at the moment. So a
 * program is a list of such words, which stays a program when some are left out.
 */
export const KIND = {
  store: 0,
  load: 1,
  guard: 2,
  map: 3,
  mapFixed: 4,
  mapCommon: 5,
  unmapTracked: 6,
  unmapAnywhere: 7,
  touchCommon: 8,
  protect: 9,
  discard: 10,
  lock: 11,
  unlock: 12,
  move: 13,
  moveCommon: 14,
  advise: 15,
  residency: 16,
  sync: 17,
  mapFile: 18,
  touchFile: 19,
  fileSync: 20,
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

const NAMES: readonly string[] = Object.keys(KIND);

/** Out of 64 calls, so many are of a kind. */
const WEIGHTS: Readonly<Record<Kind, number>> = {
  [KIND.store]: 8,
  [KIND.load]: 7,
  [KIND.guard]: 2,
  [KIND.map]: 7,
  [KIND.mapFixed]: 2,
  [KIND.mapCommon]: 4,
  [KIND.unmapTracked]: 6,
  [KIND.unmapAnywhere]: 2,
  [KIND.touchCommon]: 7,
  [KIND.protect]: 2,
  [KIND.discard]: 2,
  [KIND.lock]: 1,
  [KIND.unlock]: 1,
  [KIND.move]: 2,
  [KIND.moveCommon]: 1,
  [KIND.advise]: 2,
  [KIND.residency]: 1,
  [KIND.sync]: 1,
  [KIND.mapFile]: 2,
  [KIND.touchFile]: 3,
  [KIND.fileSync]: 1,
};

/** Kind by six random bits. */
const KINDS = Uint8Array.from(
  Object.entries(WEIGHTS).flatMap(([kind, weight]) => new Array<number>(weight).fill(Number(kind))),
);

export const CALL_WORDS = 4;

/** Of the first word of a call. */
export function kindOf(word: number): Kind {
  return KINDS[word % KINDS.length] as Kind;
}

/**
 * What became of calls, a ring of records: the call's words, its place in the order of all calls of
 * its log, and what it came to.
 */
export const RECORD = { call: 0, order: 4, first: 5, pages: 6, detail: 7, result: 8 } as const;
const RECORD_WORDS = 9;

/** A call that has not come back. */
export const UNDER_WAY = 0x7fff_ffff;

export class CallLog {
  readonly #words: Int32Array;
  readonly #capacity: number;
  /** Of the call under way, -1 for none. */
  #at = -1;
  #count = 0;

  /** `words`: a multiple of CallLog.words(1). */
  constructor(words: Int32Array) {
    this.#words = words;
    this.#capacity = words.length / RECORD_WORDS;
  }

  static words(calls: number): number {
    return calls * RECORD_WORDS;
  }

  /** What is done without a beginning is not in the log. */
  begin(words: Int32Array, at: number, order: number): void {
    this.#at = (this.#count % this.#capacity) * RECORD_WORDS;
    this.#count += 1;
    const log = this.#words;
    for (let i = 0; i < CALL_WORDS; i++) log[this.#at + i] = words[at + i]!;
    log[this.#at + RECORD.order] = order;
    log[this.#at + RECORD.pages] = 0;
    log[this.#at + RECORD.result] = UNDER_WAY;
  }

  /** What the call under way is about; pages counted from the arena's first. */
  about(first: number, pages: number, detail: number): void {
    if (this.#at < 0) return;
    const log = this.#words;
    log[this.#at + RECORD.first] = first;
    log[this.#at + RECORD.pages] = pages;
    log[this.#at + RECORD.detail] = detail;
  }

  /** 0 or a negated errno; of an address, the page. */
  end(result: number): void {
    if (this.#at < 0) return;
    this.#words[this.#at + RECORD.result] = result;
    this.#at = -1;
  }
}

export interface LoggedCall {
  readonly words: readonly number[];
  readonly order: number;
  readonly text: string;
}

/** The calls of a log that are still in it, oldest first. */
export function readLog(words: Int32Array): LoggedCall[] {
  const calls: LoggedCall[] = [];
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    const record = words.subarray(at, at + RECORD_WORDS);
    if (record[RECORD.order] === 0) continue;
    calls.push({
      words: [...record.subarray(0, CALL_WORDS)],
      order: record[RECORD.order]!,
      text: describeRecord(record),
    });
  }
  return calls.sort((a, b) => a.order - b.order);
}

/** `unmapTracked 12+3 = 0`: kind, first page and how many, result. */
function describeRecord(record: Int32Array): string {
  const name = NAMES[kindOf(record[RECORD.call]!)]!;
  const pages = record[RECORD.pages]!;
  if (pages === 0) return `${name} (nothing to do)`;
  const detail = record[RECORD.detail]!;
  const range = `${record[RECORD.first]!}+${pages}`;
  const result = record[RECORD.result]!;
  const came = result === UNDER_WAY ? 'under way' : `= ${result}`;
  return `${name} ${range}${detail === 0 ? '' : ` 0x${(detail >>> 0).toString(16)}`} ${came}`;
}

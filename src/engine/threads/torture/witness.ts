/**
 * Whether a lock excludes, as those inside it see it. The witness knows nothing of the lock: it counts
 * who is inside and watches words that only exclusion keeps consistent, so that a lock that breaks
 * its promise is caught by any section that meets one it should not have met.
 */
import { WITNESS, type TortureWords } from './shared-words.js';

/** Somebody was inside who should not have been; the message says who saw what. */
export class ExclusionBroken extends Error {
  override readonly name = 'ExclusionBroken';
}

type Moment = 'coming in' | 'going out' | 'downgrading';

/** One task's view. Every method throws ExclusionBroken. */
export class Witness {
  readonly #words: Int32Array;
  readonly #who: string;
  /** Sections for write when this task came in, its own included. */
  #version = 0;
  #mode = 'read';

  /** `who`: how messages call the task. */
  constructor(shared: TortureWords, who: string) {
    this.#words = shared.words;
    this.#who = who;
  }

  /** Inside for read: the first thing after acquisition. */
  beginRead(): void {
    this.#mode = 'read';
    Atomics.add(this.#words, WITNESS.readersInside, 1);
    this.#version = Atomics.load(this.#words, WITNESS.version);
    this.#checkRead('coming in');
  }

  /** The last thing before release. */
  endRead(): void {
    this.#checkRead('going out');
    Atomics.sub(this.#words, WITNESS.readersInside, 1);
  }

  beginWrite(): void {
    const words = this.#words;
    this.#mode = 'write';
    Atomics.add(words, WITNESS.writersInside, 1);
    this.#version = Atomics.load(words, WITNESS.version);
    this.#checkWrite('coming in');
    this.#checkPair('coming in');
    this.#version = (Atomics.add(words, WITNESS.version, 1) + 1) | 0;
    words[WITNESS.left] = this.#version;
  }

  endWrite(): void {
    this.#finishChange('going out');
    Atomics.sub(this.#words, WITNESS.writersInside, 1);
  }

  /** From writer to reader, just before the lock is downgraded: until then nobody else is inside. */
  downgrade(): void {
    const words = this.#words;
    this.#finishChange('downgrading');
    // In this order, whoever must not be here now meets at least one of the two.
    Atomics.add(words, WITNESS.readersInside, 1);
    Atomics.sub(words, WITNESS.writersInside, 1);
    this.#mode = 'read after its downgrade';
  }

  #finishChange(when: Moment): void {
    const words = this.#words;
    this.#checkWrite(when);
    const left = words[WITNESS.left]!;
    if (left !== this.#version) this.#object(when, `its half-done change overwritten with ${left}`);
    words[WITNESS.right] = left;
  }

  #checkRead(when: Moment): void {
    const writers = Atomics.load(this.#words, WITNESS.writersInside);
    if (writers !== 0) this.#object(when, `${writers} inside for write`);
    this.#checkVersion(when);
    this.#checkPair(when);
  }

  #checkWrite(when: Moment): void {
    const others = Atomics.load(this.#words, WITNESS.writersInside) - 1;
    const readers = Atomics.load(this.#words, WITNESS.readersInside);
    if (others !== 0 || readers !== 0) {
      this.#object(when, `${others} others inside for write, ${readers} for read`);
    }
    this.#checkVersion(when);
  }

  #checkVersion(when: Moment): void {
    const version = Atomics.load(this.#words, WITNESS.version);
    if (version === this.#version) return;
    this.#object(when, `version ${version}, which was ${this.#version} when it came in`);
  }

  #checkPair(when: Moment): void {
    const left = this.#words[WITNESS.left]!;
    const right = this.#words[WITNESS.right]!;
    if (left !== right) this.#object(when, `a half-done change, left ${left}, right ${right}`);
  }

  #object(when: Moment, found: string): never {
    throw new ExclusionBroken(`${this.#who}, inside for ${this.#mode}, ${when} found ${found}`);
  }
}

/** Words that are not as they should be once everybody has left, after `sections` sections for write. */
export function checkWitnessAtRest({ words }: TortureWords, sections: number): string[] {
  // The words wrap where a count of sections does not.
  const expected: [string, number, number][] = [
    ['readers inside', words[WITNESS.readersInside]!, 0],
    ['writers inside', words[WITNESS.writersInside]!, 0],
    ['version', words[WITNESS.version]!, sections | 0],
    ['left', words[WITNESS.left]!, sections | 0],
    ['right', words[WITNESS.right]!, sections | 0],
  ];
  return expected.flatMap(([what, found, should]) =>
    found === should ? [] : [`${what} is ${found} and should be ${should}`],
  );
}

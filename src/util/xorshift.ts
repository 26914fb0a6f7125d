/**
 * Marsaglia's xorshift128: where a random number has to cost no more than a nanosecond or two, and
 * need not be better than that.
 */
export class Xorshift {
  #x: number;
  #y: number;
  #z: number;
  #w: number;

  /** `next32`: four words from a generator that deserves the name. */
  constructor(next32: () => number) {
    this.#x = next32() | 0;
    this.#y = next32() | 0;
    this.#z = next32() | 0;
    this.#w = next32() | 1;
  }

  /** Uniform in [0, 2^31). */
  next31(): number {
    const t = this.#x ^ (this.#x << 11);
    this.#x = this.#y;
    this.#y = this.#z;
    this.#z = this.#w;
    this.#w = this.#w ^ (this.#w >>> 19) ^ t ^ (t >>> 8);
    return this.#w & 0x7fff_ffff;
  }
}

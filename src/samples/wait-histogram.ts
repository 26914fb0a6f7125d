import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

/** One hour: longer waits are counted as overflow and reported as at least this long. */
export const HIGHEST_NS = 3_600_000_000_000;

/** Plain-data form in which a histogram crosses threads. */
export interface EncodedWaitHistogram {
  readonly hdr: string;
  readonly total: number;
  readonly max: number;
  readonly overflow: number;
}

export interface WaitSummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Sum of all values, ns. */
  readonly total: number;
}

/**
 * Nanosecond histogram of three significant digits that keeps what HdrHistogram rounds away: the
 * exact maximum, the exact sum, and the values beyond its range.
 */
export class WaitHistogram {
  #hdr: Histogram = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: 3,
  });
  #total = 0;
  #max = 0;
  #overflow = 0;

  /** Records one value in ns; fractions are rounded, a clock step backwards counts as 0. */
  record(ns: number): void {
    this.recordMany(ns, 1);
  }

  recordMany(ns: number, count: number): void {
    if (count === 0) return;
    const value = Math.max(0, Math.round(ns));
    this.#total += value * count;
    if (value > this.#max) this.#max = value;
    if (value > HIGHEST_NS) {
      this.#overflow += count;
      this.#hdr.recordValueWithCount(HIGHEST_NS, count);
    } else {
      this.#hdr.recordValueWithCount(value, count);
    }
  }

  add(other: WaitHistogram): void {
    this.#hdr.add(other.#hdr);
    this.#total += other.#total;
    this.#max = Math.max(this.#max, other.#max);
    this.#overflow += other.#overflow;
  }

  reset(): void {
    this.#hdr.reset();
    this.#total = 0;
    this.#max = 0;
    this.#overflow = 0;
  }

  get count(): number {
    return this.#hdr.totalCount;
  }

  get overflow(): number {
    return this.#overflow;
  }

  /** Percentiles never exceed the exact maximum, although HdrHistogram rounds buckets up. */
  summary(): WaitSummary {
    const at = (percentile: number): number =>
      this.count === 0 ? 0 : Math.min(this.#hdr.getValueAtPercentile(percentile), this.#max);
    return {
      count: this.count,
      p50: at(50),
      p99: at(99),
      p999: at(99.9),
      max: this.#max,
      total: this.#total,
    };
  }

  encode(): EncodedWaitHistogram {
    return {
      hdr: encodeIntoCompressedBase64(this.#hdr),
      total: this.#total,
      max: this.#max,
      overflow: this.#overflow,
    };
  }

  static decode(encoded: EncodedWaitHistogram): WaitHistogram {
    const histogram = new WaitHistogram();
    histogram.#hdr = decodeFromCompressedBase64(encoded.hdr, 64);
    histogram.#total = encoded.total;
    histogram.#max = encoded.max;
    histogram.#overflow = encoded.overflow;
    return histogram;
  }

  /** One histogram holding everything the others hold; percentiles are taken after this, never before. */
  static merge(histograms: Iterable<WaitHistogram>): WaitHistogram {
    const merged = new WaitHistogram();
    for (const histogram of histograms) merged.add(histogram);
    return merged;
  }
}

import { array, assert, double, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { WaitHistogram } from './wait-histogram.js';

/** Nanoseconds from nothing to hours, equally often in every decade, so that overflow happens. */
const wait = double({ min: 0, max: 13, noNaN: true }).map((decade) => Math.floor(10 ** decade - 1));
const waits = array(wait, { minLength: 1, maxLength: 200 });

it('gives percentiles within the promised three digits', () => {
  const ordinary = double({ min: 0, max: 12, noNaN: true }).map((decade) =>
    Math.floor(10 ** decade - 1),
  );
  assert(
    property(array(ordinary, { minLength: 1, maxLength: 200 }), (values) => {
      const summary = histogramOf(values).summary();
      const sorted = [...values].sort((left, right) => left - right);
      for (const [share, found] of [
        [0.5, summary.p50],
        [0.99, summary.p99],
        [0.999, summary.p999],
      ] as const) {
        const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact / 1_000);
      }
      expect(summary.max).toBe(sorted.at(-1));
    }),
    { numRuns: 50 },
  );
});

it('does not care how values are spread over merged histograms', () => {
  assert(
    property(waits, integer({ min: 1, max: 5 }), (values, parts) => {
      const spread = Array.from({ length: parts }, (_, part) =>
        histogramOf(values.filter((_, index) => index % parts === part)),
      );
      const merged = WaitHistogram.merge(spread);
      const whole = histogramOf(values);
      expect(merged.summary()).toEqual(whole.summary());
      expect(merged.overflow).toBe(whole.overflow);
    }),
    { numRuns: 30 },
  );
});

it('crosses threads unchanged, and can be added to afterwards', () => {
  assert(
    property(waits, waits, (sent, kept) => {
      // As through postMessage: plain data only.
      const decoded = WaitHistogram.decode(structuredClone(histogramOf(sent).encode()));
      expect(decoded.summary()).toEqual(histogramOf(sent).summary());
      expect(decoded.overflow).toBe(histogramOf(sent).overflow);
      decoded.add(histogramOf(kept));
      expect(decoded.summary()).toEqual(histogramOf([...sent, ...kept]).summary());
    }),
    { numRuns: 30 },
  );
});

function histogramOf(values: readonly number[]): WaitHistogram {
  const histogram = new WaitHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

import { describe, expect, it } from 'vitest';
import { HIGHEST_NS, WaitHistogram } from './wait-histogram.js';

function histogramOf(...values: number[]): WaitHistogram {
  const histogram = new WaitHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('wait histogram', () => {
  it('is all zeros when empty', () => {
    const summary = new WaitHistogram().summary();
    expect(summary).toEqual({ count: 0, p50: 0, p99: 0, p999: 0, max: 0, total: 0 });
  });

  it('keeps the exact maximum and sum, which its buckets would round', () => {
    const histogram = histogramOf(1, 78_123_457, 12_345_679);
    expect(histogram.summary()).toMatchObject({ count: 3, max: 78_123_457, total: 90_469_137 });
  });

  it('never shows a percentile above the maximum', () => {
    const { p50, p999, max } = histogramOf(78_123_457).summary();
    expect(max).toBe(78_123_457);
    expect(p50).toBe(max);
    expect(p999).toBe(max);
  });

  it('counts uncontended waits in bulk', () => {
    const histogram = new WaitHistogram();
    histogram.recordMany(0, 9_990);
    histogram.recordMany(5_000, 10);
    histogram.recordMany(7_000, 0);
    expect(histogram.summary()).toMatchObject({ count: 10_000, p50: 0, p99: 0, total: 50_000 });
    expect(histogram.summary().max).toBe(5_000);
    histogram.record(6_000);
    // Now a bucket, not the maximum: three digits.
    expect(Math.abs(histogram.summary().p999 - 5_000)).toBeLessThanOrEqual(5);
  });

  it('rounds fractions and takes a clock that stepped back as no wait', () => {
    expect(histogramOf(1.6).summary()).toMatchObject({ max: 2, total: 2 });
    expect(histogramOf(-5).summary()).toMatchObject({ count: 1, max: 0, total: 0 });
  });

  it('counts values beyond its range and still knows the largest', () => {
    const histogram = histogramOf(HIGHEST_NS, HIGHEST_NS + 1, HIGHEST_NS * 3);
    expect(histogram.overflow).toBe(2);
    expect(histogram.count).toBe(3);
    expect(histogram.summary().max).toBe(HIGHEST_NS * 3);
    expect(histogram.summary().p50).toBeGreaterThanOrEqual(HIGHEST_NS * 0.999);
  });

  it('forgets everything on reset', () => {
    const histogram = histogramOf(5, HIGHEST_NS * 2);
    histogram.reset();
    expect(histogram.summary()).toEqual(new WaitHistogram().summary());
    expect(histogram.overflow).toBe(0);
  });
});

describe('merging', () => {
  it('takes percentiles of all values together, not of percentiles', () => {
    const many = new WaitHistogram();
    many.recordMany(1_000, 9_900);
    const few = new WaitHistogram();
    few.recordMany(1_000_000, 100);
    const merged = WaitHistogram.merge([many, few]).summary();
    expect(merged.count).toBe(10_000);
    expect(merged.p99).toBe(1_000);
    expect(merged.p999).toBe(1_000_000);
  });

  it('adds sums and overflows, keeps the larger maximum, and leaves its sources alone', () => {
    const left = histogramOf(10, HIGHEST_NS * 2);
    const right = histogramOf(30);
    const merged = WaitHistogram.merge([left, right]);
    expect(merged.overflow).toBe(1);
    expect(merged.summary()).toMatchObject({
      count: 3,
      max: HIGHEST_NS * 2,
      total: HIGHEST_NS * 2 + 40,
    });
    expect(right.summary()).toMatchObject({ count: 1, max: 30, total: 30 });
  });

  it('of nothing is empty', () => {
    expect(WaitHistogram.merge([]).count).toBe(0);
  });
});

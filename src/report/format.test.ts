import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatExact,
  formatIndex,
  formatInterval,
  formatMagnitude,
  formatNs,
  formatNumber,
  formatPercent,
  formatScaled,
  formatSeconds,
  formatSigned,
  formatSize,
  formatTally,
  groupThousands,
} from './format.js';

/** Pairs of input and text, checked one by one with the input named. */
function table<T>(format: (value: T) => string, rows: readonly (readonly [T, string])[]): void {
  for (const [value, text] of rows) expect([value, format(value)]).toEqual([value, text]);
}

describe('numbers', () => {
  it('that others published keep all their digits, with thousands apart', () => {
    table(
      (value: number) => groupThousands(formatExact(value)),
      [
        [898_782, '898,782'],
        [1_000_000, '1,000,000'],
        [97_290, '97,290'],
        [999, '999'],
        [5.008377, '5.008377'],
        [0.035148923, '0.035148923'],
        [8e-6, '0.000008'],
        [1234.56789, '1,234.56789'],
        [-8000, '-8,000'],
        [0, '0'],
      ],
    );
  });

  it('have four significant digits and no exponent', () => {
    table(formatNumber, [
      [0, '0'],
      [47.034, '47.03'],
      [1, '1.000'],
      [9.99996, '10.00'],
      [0.0012344, '0.001234'],
      [0.00000001234, '0.00000001234'],
      [123456, '123500'],
      [-2.5, '-2.500'],
    ]);
    expect(formatNumber(78.9, 2)).toBe('79');
    expect(formatNumber(1.216, 2)).toBe('1.2');
  });

  it('take SI prefixes, and the next one when rounding reaches it', () => {
    table(
      (value: number) => formatScaled(value),
      [
        [0, '0'],
        [14.3, '14.30'],
        [999.9, '999.9'],
        [999.96, '1.000 K'],
        [89_410, '89.41 K'],
        [999_949, '999.9 K'],
        [999_951, '1.000 M'],
        [12_340_000, '12.34 M'],
        [2.5e21, '2500 E'],
      ],
    );
  });

  it('are counted things', () => {
    expect(formatCount(1, 'task')).toBe('1 task');
    expect(formatCount(0, 'task')).toBe('0 tasks');
    expect(formatCount(2, 'address space')).toBe('2 address spaces');
  });
});

it('sizes are IEC, whole ones without decimals', () => {
  table(formatSize, [
    [0, '0 B'],
    [4096, '4 KiB'],
    [1023, '1023 B'],
    [80 * 2 ** 30, '80 GiB'],
    [2.5 * 2 ** 30, '2.50 GiB'],
    [(160 / 3) * 2 ** 30, '53.33 GiB'],
    [2 ** 40, '1 TiB'],
    [1.5 * 2 ** 40, '1.50 TiB'],
  ]);
});

describe('times', () => {
  it('take the unit that fits', () => {
    table(
      (ns: number) => formatNs(ns, { unicode: false }),
      [
        [0, '0 ns'],
        [850, '850 ns'],
        [999.97, '1.000 us'],
        [12_340, '12.34 us'],
        [78_123_456, '78.12 ms'],
        [999_999_999, '1.000 s'],
        [120e9, '120.0 s'],
        [3_600e9, '3600 s'],
        [36_000e9, '36000 s'],
      ],
    );
  });

  it('write µs only where it can be shown', () => {
    expect(formatNs(12_340, { unicode: true })).toBe('12.34 µs');
    expect(formatNs(12_340, { unicode: true, digits: 2 })).toBe('12 µs');
    expect(formatNs(123_400_000, { unicode: true, digits: 2 })).toBe('120 ms');
  });

  it('of windows have one decimal, or a smaller unit', () => {
    table(formatSeconds, [
      [2, '2.0 s'],
      [0.2, '200 ms'],
      [0.0333, '33.3 ms'],
      [60, '60.0 s'],
    ]);
  });
});

describe('numbers of events', () => {
  it('are whole while they are short', () => {
    table(formatTally, [
      [0, '0'],
      [59, '59'],
      [2.5, '3'],
      [9999, '9999'],
      [12_346, '12.35 K'],
    ]);
  });
});

describe('indices', () => {
  it('have three decimals', () => {
    table(formatIndex, [
      [1, '1.000'],
      [0.99949, '0.999'],
      [null, 'n/a'],
    ]);
  });
});

describe('changes', () => {
  it('are signed percentages with one decimal and an ASCII minus', () => {
    table(formatPercent, [
      [0.088, '+8.8 %'],
      [-0.062, '-6.2 %'],
      [0, '0.0 %'],
      [-1, '-100.0 %'],
      [0.0001, '+0.0 %'],
      [9.999, '+999.9 %'],
      [9.9999, '+1000 %'],
      [40, '+4000 %'],
      [1e9, '>+999999 %'],
      [null, 'n/a'],
    ]);
    expect(formatSigned(-0.062)).toBe('-6.2');
    expect(formatMagnitude(-0.062)).toBe('6.2');
  });

  it('have intervals, also without a bound', () => {
    expect(formatInterval(0.052, 0.07)).toBe('+5.2 .. +7.0 %');
    expect(formatInterval(-0.01, null)).toBe('-1.0 % .. n/a');
    expect(formatInterval(null, 0.02)).toBe('n/a .. +2.0 %');
    expect(formatInterval(null, null)).toBe('n/a');
  });
});

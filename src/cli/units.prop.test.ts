import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatSeconds, parseBytes, parseSeconds } from './units.js';

const SUFFIXES = ['b', 'k', 'm', 'g', 't', 'p', 'e'];
const SECONDS_PER = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

describe('sizes', () => {
  it('survive being written and read', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        expect(parseBytes(formatBytes(bytes))).toBe(bytes);
      }),
    );
  });

  it('are the number times the power of 1024, in either case', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1023 }), fc.constantFrom(...SUFFIXES), (count, suffix) => {
        const bytes = count * 1024 ** SUFFIXES.indexOf(suffix);
        expect(parseBytes(`${count}${suffix}`)).toBe(bytes);
        expect(parseBytes(`${count}${suffix.toUpperCase()}`)).toBe(bytes);
      }),
    );
  });

  it('with a fraction are exact or refused', () => {
    const digits = fc.nat({ max: 999_999 }).map((n) => String(n).padStart(6, '0'));
    fc.assert(
      fc.property(fc.nat({ max: 99 }), digits, fc.constantFrom('k', 'm', 'g'), (whole, f, unit) => {
        const millionths = BigInt(whole) * 1_000_000n + BigInt(f);
        const scaled = millionths * 1024n ** BigInt(SUFFIXES.indexOf(unit));
        const exact = scaled % 1_000_000n === 0n ? Number(scaled / 1_000_000n) : undefined;
        expect(parseBytes(`${whole}.${f}${unit}`)).toBe(exact);
      }),
    );
  });

  it('never come from text with anything else in it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const looksRight = /^[0-9]+(\.[0-9]+)?[bkmgtpeBKMGTPE]?$/.test(text);
        if (!looksRight) expect(parseBytes(text)).toBeUndefined();
      }),
    );
  });
});

describe('times', () => {
  it('survive being written and read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 604_800_000 }), (milliseconds) => {
        const seconds = milliseconds / 1000;
        expect(parseSeconds(formatSeconds(seconds))).toBe(seconds);
      }),
    );
  });

  it('are the number times the unit', () => {
    const unit = fc.constantFrom(...Object.entries(SECONDS_PER));
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), unit, (count, [suffix, seconds]) => {
        expect(parseSeconds(`${count}${suffix}`)).toBe(count * seconds);
        expect(parseSeconds(`${count}${suffix.toUpperCase()}`)).toBe(count * seconds);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatNsExactly,
  formatSeconds,
  parseBytes,
  parseNs,
  parseSeconds,
  parseWhole,
} from './units.js';

describe('parseBytes', () => {
  it.each([
    ['0', 0],
    ['4096', 4096],
    ['4096b', 4096],
    ['4K', 4096],
    ['4k', 4096],
    ['256M', 268_435_456],
    ['1.5G', 1_610_612_736],
    ['80G', 85_899_345_920],
    ['0.5k', 512],
    ['2T', 2_199_023_255_552],
    ['1P', 2 ** 50],
    ['1e', 2 ** 60],
  ])('reads %s as %d bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each([
    '',
    ' ',
    'G',
    '12Q',
    '1.0001K',
    '1.5',
    '1.',
    '.5G',
    '-1',
    '+1',
    '1e3',
    '0x10',
    '1_000',
    '1 G',
    'G1',
    '80GB',
    '80GiB',
    '1,5G',
    '٣G',
    'NaN',
    'Infinity',
    '8%',
    '4K\n',
  ])('refuses %j', (text) => {
    expect(parseBytes(text)).toBeUndefined();
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0'],
    [4096, '4K'],
    [1_610_612_736, '1536M'],
    [85_899_345_920, '80G'],
    [4097, '4097'],
  ])('writes %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('parseSeconds', () => {
  it.each([
    ['20', 20],
    ['20s', 20],
    ['0.5s', 0.5],
    ['0.001', 0.001],
    ['2m', 120],
    ['1.1m', 66],
    ['1H', 3600],
    ['1d', 86_400],
    ['1w', 604_800],
    ['1y', 31_536_000],
  ])('reads %s as %d seconds', (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds);
  });

  it.each(['', 's', '5 s', '5ms', '-1s', '1e3', '1.s', '.5s', '5x', '1h30m'])(
    'refuses %j',
    (text) => {
      expect(parseSeconds(text)).toBeUndefined();
    },
  );

  it('is undone by formatSeconds', () => {
    expect(formatSeconds(0.001)).toBe('0.001s');
    expect(formatSeconds(20)).toBe('20s');
  });
});

describe('parseNs', () => {
  it.each([
    ['0', 0],
    ['1ms', 1_000_000],
    ['2.5us', 2500],
    ['7NS', 7],
    ['3s', 3e9],
    ['0.25', 250_000_000],
  ])('reads %s as %d ns', (text, ns) => {
    expect(parseNs(text)).toBe(ns);
  });

  it.each(['', 'ms', '1 ms', '-1ms', '1m', '1h', '0.5ns', '1e3', '.5ms'])('refuses %j', (text) => {
    expect(parseNs(text)).toBeUndefined();
  });

  it('reads what formatNsExactly writes', () => {
    const texts = ['0ns', '1ms', '1500us', '20s', '1000001ns'];
    expect(texts.map((text) => formatNsExactly(parseNs(text)!))).toEqual(texts);
  });
});

describe('parseWhole', () => {
  it('reads digits only', () => {
    expect(parseWhole('0')).toBe(0);
    expect(parseWhole('65530')).toBe(65_530);
    for (const text of ['', '-1', '1.0', '1e3', 'x', '1k', ' 1']) {
      expect(parseWhole(text)).toBeUndefined();
    }
  });
});

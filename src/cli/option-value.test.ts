import { describe, expect, it } from 'vitest';
import { between, InvalidValue, namesOf, oneOf, wholeNumber } from './option-value.js';
import { parseBytes } from './units.js';

function complaint(parse: (text: string) => unknown, text: string): string {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidValue);
    return (error as InvalidValue).message;
  }
  throw new Error(`accepted: ${text}`);
}

describe('between', () => {
  const parse = between(4096, 2 ** 41, parseBytes);

  it('accepts both ends', () => {
    expect(parse('4K')).toBe(4096);
    expect(parse('2T')).toBe(2 ** 41);
  });

  it.each(['4095', '0', '2199023255553', '16E', '-1', '-80G', '-0'])(
    'finds %s out of range',
    (t) => {
      expect(complaint(parse, t)).toBe(`; '${t}' is out of range`);
    },
  );

  it.each(['12Q', '', '-', '--json', '-x'])('finds %j no value at all', (text) => {
    expect(complaint(parse, text)).toBe(`, not '${text}'`);
  });
});

describe('wholeNumber', () => {
  it('keeps every integer exactly, up to 2^53 - 1', () => {
    const parse = wholeNumber(0, Number.MAX_SAFE_INTEGER);
    expect(parse('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(complaint(parse, '9007199254740992')).toContain('out of range');
    expect(complaint(parse, '1.5')).toBe(`, not '1.5'`);
  });
});

describe('oneOf', () => {
  it('takes its words only', () => {
    const parse = oneOf(['always', 'never']);
    expect(parse('never')).toBe('never');
    expect(complaint(parse, 'Never')).toBe(`, not 'Never'`);
  });
});

describe('namesOf', () => {
  const parse = namesOf('kernel', ['pristine', 'patched']);

  it('keeps order and repeats', () => {
    expect(parse('patched,pristine,patched')).toEqual(['patched', 'pristine', 'patched']);
  });

  it.each([
    ['patchd', `; there is no kernel 'patchd' (did you mean 'patched'?)`],
    ['pristine,Patched', `; there is no kernel 'Patched' (did you mean 'patched'?)`],
    ['nope', `; there is no kernel 'nope' among these`],
    ['pristine,', `, not 'pristine,'`],
    ['', `, not ''`],
  ])('refuses %j', (text, message) => {
    expect(complaint(parse, text)).toBe(message);
  });
});

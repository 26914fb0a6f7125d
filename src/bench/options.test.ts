import { describe, expect, it } from 'vitest';
import { parseBenchDocument, benchDocument } from './bench-document.js';
import { BenchError } from './bench-error.js';
import { parseBenchOptions } from './options.js';

const refuseToWrite = (text: string): void => {
  throw new Error(`wrote ${text}`);
};
const parse = (...argv: string[]): ReturnType<typeof parseBenchOptions> =>
  parseBenchOptions(argv, refuseToWrite);

describe('parseBenchOptions', () => {
  it('has a default for everything', () => {
    const options = parse();
    expect(options).toMatchObject({ mode: 'micro', revision: '', json: false, threads: 0 });
    expect(Object.isFrozen(options)).toBe(true);
  });

  it('knows its three modes', () => {
    expect(parse('--against', 'HEAD~1', '--json')).toMatchObject({
      mode: 'against',
      revision: 'HEAD~1',
      json: true,
    });
    expect(parse('--host', '--threads', '2', '--rounds', '3')).toMatchObject({
      mode: 'host',
      threads: 2,
      rounds: 3,
    });
  });

  it.each([
    [['--against'], /--against <rev>.* argument missing/],
    [['--against', 'HEAD', '--host'], /--against <rev>.* cannot be used with option '--host'/],
    [['--repeats', '0'], /expected a whole number from 1 to 1000/],
    [['--rounds', '1.5'], /expected a whole number from 1 to 100\b/],
    [['--threads', '-1'], /expected a whole number from 0 to 1024/],
    [['--nope'], /unknown option '--nope'/],
    [['stray'], /too many arguments/],
  ])('says what is wrong with %j in one line', (argv, message) => {
    const attempt = (): unknown => parse(...argv);
    expect(attempt).toThrow(BenchError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/^[^\n]+ \(see --help\)$/);
  });

  it('writes help and asks for nothing to be run', () => {
    let help = '';
    expect(parseBenchOptions(['--help'], (text) => (help += text))).toBeUndefined();
    expect(help).toContain('--against <rev>');
  });
});

describe('parseBenchDocument', () => {
  it('reads what benchDocument writes', () => {
    const document = benchDocument([]);
    expect(parseBenchDocument(JSON.stringify(document), 'HEAD')).toEqual(document);
  });

  it.each([
    ['oops', /the benchmarks of HEAD~9 did not print JSON/],
    ['{}', /the benchmarks of HEAD~9 print another format/],
    ['null', /the benchmarks of HEAD~9 print another format/],
  ])('names the origin of %j', (text, message) => {
    expect(() => parseBenchDocument(text, 'HEAD~9')).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.js';
import { COMPARISON } from './options.js';
import { UsageError } from './usage-error.js';

function textsOf(...argv: string[]): Record<string, string> {
  const { settings } = parseCommandLine(argv, COMPARISON, 'mmsem-bench');
  return Object.fromEntries([...settings].map(([name, { text }]) => [name, text]));
}

function errorOf(...argv: string[]): string {
  try {
    parseCommandLine(argv, COMPARISON, 'mmsem-bench');
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  throw new Error(`accepted: ${argv.join(' ')}`);
}

describe('parseCommandLine', () => {
  it('takes values after a blank and after an equals sign, the last one counts', () => {
    expect(textsOf('--mmap-bytes', '1G', '--mmap-bytes=2G', '-t', '5s', '-t2s')).toEqual({
      'mmap-bytes': '2G',
      timeout: '2s',
    });
  });

  it('hands on values that begin with a dash, so that they are judged as values', () => {
    expect(textsOf('--mmap-bytes', '-1', '--seed', '--json')).toEqual({
      'mmap-bytes': '-1',
      seed: '--json',
    });
  });

  it('collects switches, also in a group', () => {
    const { switches } = parseCommandLine(['--json', '-qV', '--json'], COMPARISON, '');
    expect([...switches]).toEqual(['json', 'quiet', 'version']);
  });

  it('lets --color and --no-color override one another in their order', () => {
    expect(textsOf('--color', 'always', '--no-color')['color']).toBe('never');
    expect(textsOf('--no-color', '--color=always')['color']).toBe('always');
  });

  it.each([
    [['--mmmap-bytes', '80G'], `unknown option '--mmmap-bytes' (did you mean '--mmap-bytes'?)`],
    [['--mmap-byte=80G'], `unknown option '--mmap-byte' (did you mean '--mmap-bytes'?)`],
    [['--tresholds', '1G'], `unknown option '--tresholds' (did you mean '--threshold'?)`],
    [['--frob'], `unknown option '--frob'`],
    [['--frobnicate'], `unknown option '--frobnicate'`],
    [['-x'], `unknown option '-x'`],
    [['-1'], `unexpected argument '-1': options are --name value`],
    [['--json=yes'], '--json takes no value'],
    [['80G'], `unexpected argument '80G': options are --name value`],
    [['--', '--json'], `unexpected argument '--json': options are --name value`],
    [
      ['--tasks'],
      '--tasks takes a whole number from 0 to 1024 (0 = one per CPU), and none is given',
    ],
    [
      ['-t'],
      '--timeout takes a time from 0.01s to 1w such as 20s (suffixes s m h d w y), and none is given',
    ],
  ])('refuses %j', (argv, message) => {
    expect(errorOf(...argv)).toBe(message);
  });

  it('knows the option that lacks its value also at the end of a group', () => {
    expect(errorOf('-qt')).toMatch(/^--timeout takes a time .*, and none is given$/);
  });

  it('explains a dash that is none', () => {
    expect(errorOf('\u2013\u2013tasks', '2')).toContain('no ASCII hyphen');
  });
});

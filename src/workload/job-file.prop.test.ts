import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JobFileError, parseJobFile } from './job-file.js';

it('reads every text, or names one of its lines as wrong', () => {
  const word = fc.constantFrom(
    'run',
    'seq',
    'par',
    'mms',
    '1',
    ' ',
    '\t',
    '#',
    '\n',
    '\r\n',
    '-',
    '=',
  );
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const text = words.join('');
      try {
        for (const option of parseJobFile(text).options) {
          expect(text.split('\n')[option.line - 1]).toBe(option.original);
          expect(option.args.length).toBeLessThanOrEqual(1);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(JobFileError);
        expect((error as Error).message).toMatch(/: error in line \d+: '/);
      }
    }),
  );
});

it('finds every option again, whatever blanks and comments stand around it', () => {
  const blanks = fc.stringMatching(/^[ \t]{1,3}$/);
  const name = fc.stringMatching(/^[a-z][a-z-]{1,9}$/).filter((word) => !/^(run|job)$/.test(word));
  const entry = fc.record({ name, value: fc.stringMatching(/^[0-9]{1,6}[kmg]?$/), blanks });
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const lines = entries.map((e) => `${e.blanks}${e.name}${e.blanks}${e.value} # ${e.name} 9\n`);
      const { options } = parseJobFile(lines.join(' # nothing\n\n'));
      expect(options.map(({ name, args }) => ({ name, args }))).toEqual(
        entries.map(({ name, value }) => ({ name, args: [value] })),
      );
    }),
  );
});

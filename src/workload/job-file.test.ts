import { describe, expect, it } from 'vitest';
import { JobFileError, parseJobFile } from './job-file.js';

function errorOf(text: string): string {
  try {
    parseJobFile(text);
  } catch (error) {
    expect(error).toBeInstanceOf(JobFileError);
    return (error as JobFileError).message;
  }
  throw new Error(`accepted: ${JSON.stringify(text)}`);
}

describe('parseJobFile', () => {
  it('reads the example of the reference', () => {
    const job = parseJobFile(
      'run sequential            # one after the other\nmetrics\n\n\t mmap 0   # one per CPU\n' +
        'mmap-bytes\t80G\n   # nothing\ntimeout=600s',
    );
    expect(job.mode).toBe('sequential');
    expect(job.options).toEqual([
      { name: 'metrics', args: [], line: 2, original: 'metrics' },
      { name: 'mmap', args: ['0'], line: 4, original: '\t mmap 0   # one per CPU' },
      { name: 'mmap-bytes', args: ['80G'], line: 5, original: 'mmap-bytes\t80G' },
      { name: 'timeout', args: ['600s'], line: 7, original: 'timeout=600s' },
    ]);
  });

  it.each(['sequential', 'sequentially', 'seq'])('knows run %s', (word) => {
    expect(parseJobFile(`run ${word}\n`).mode).toBe('sequential');
  });

  it.each(['parallel', 'par', 'together'])('knows run %s', (word) => {
    expect(parseJobFile(`run ${word}\nrun parallel`).mode).toBe('parallel');
  });

  it('accepts an empty file and one that only says run parallel', () => {
    expect(parseJobFile('')).toEqual({ mode: undefined, options: [] });
    expect(parseJobFile('run parallel\n')).toEqual({ mode: 'parallel', options: [] });
  });

  it('ends a line at # even inside a word', () => {
    expect(parseJobFile('mmap-bytes 80#G')).toMatchObject({
      options: [{ name: 'mmap-bytes', args: ['80'] }],
    });
  });

  it('hands a bare run to the caller, who does not know it as an option', () => {
    expect(parseJobFile('run').options).toMatchObject([{ name: 'run', args: [] }]);
  });

  it('accepts 4095 characters and refuses 4096', () => {
    expect(parseJobFile(`mms 1 #${'x'.repeat(4088)}`).options).toHaveLength(1);
    const message = errorOf(`\nmms 1 #${'x'.repeat(4089)}`);
    expect(message).toContain('at most 4095 characters: error in line 2: ');
    expect(message.length).toBeLessThan(200);
  });

  it.each([
    ['mms 1\r\nthreshold 1G\r\n', 'CR LF', `error in line 1: 'mms 1'`],
    ['\n--mmap-bytes 80G', `without dashes, 'mmap-bytes'`, `error in line 2: '--mmap-bytes 80G'`],
    ['mmap-bytes 80G mms 1', 'one option', `error in line 1: 'mmap-bytes 80G mms 1'`],
    ['mmap-bytes=80G 1', 'one option', `error in line 1: 'mmap-bytes=80G 1'`],
    ['run sideways', `'sequential' or 'parallel'`, `error in line 1: 'run sideways'`],
    ['run constructor', `'sequential' or 'parallel'`, 'error in line 1'],
    ['run par now', `'sequential' or 'parallel'`, 'error in line 1'],
    ['run par\nrun seq', 'not both', `error in line 2: 'run seq'`],
    ['job other.job', 'another', `error in line 1: 'job other.job'`],
    ['j other.job', 'another', `error in line 1: 'j other.job'`],
  ])('refuses %j', (text, problem, place) => {
    const message = errorOf(text);
    expect(message).toContain(problem);
    expect(message).toContain(place);
  });
});

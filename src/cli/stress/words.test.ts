import { describe, expect, it } from 'vitest';
import { UsageError } from '../usage-error.js';
import { OptionTable } from './option-table.js';
import { FAKE_HOGS } from './testing/fake-hogs.js';
import { readWords } from './words.js';

const TABLE = new OptionTable(FAKE_HOGS);

/** `name` or `name=text` of every option that the words are. */
const read = (line: string): string[] =>
  readWords(line.split(' ').filter(Boolean), TABLE).map(({ option, text }) =>
    text === undefined ? option.name : `${option.name}=${text}`,
  );

function errorOf(line: string): string {
  try {
    read(line);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error(`accepted: ${line}`);
}

describe('readWords', () => {
  it.each([
    ['--mmap 4 --mmap-bytes=80G --mmap-file', ['mmap=4', 'mmap-bytes=80G', 'mmap-file']],
    ['--mmap -1 -t60s -Mv', ['mmap=-1', 'timeout=60s', 'metrics', 'verbose']],
    ['-Mt 60s -m2 -Y out.yaml', ['metrics', 'timeout=60s', 'vm=2', 'yaml=out.yaml']],
    ['--seq 4 --metrics-b --mmapmany-o=1', ['sequential=4', 'metrics-brief', 'mmapmany-ops=1']],
    ['--mmap-b 4K --mmap-op 3', ['mmap-bytes=4K', 'mmap-ops=3']],
    ['--vm-method flip --vm-rw 1', ['vm-method=flip', 'vm-rw=1']],
    ['--engine virtual --kernels=pristine --json', ['engine=virtual', 'kernels=pristine', 'json']],
    ['--timeout 1 --seed 2 --quiet', ['timeout=1', 'seed=2', 'quiet']],
    ['--temp-path /x --aggressive', ['temp-path=/x', 'aggressive']],
  ])('reads %s', (line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  it('takes an exact name before those that begin with it', () => {
    expect(read('--mmap 1 --vm 2 --metrics')).toEqual(['mmap=1', 'vm=2', 'metrics']);
  });

  it('knows what is of which world', () => {
    const kinds = readWords(
      '--timeout 1 --mmap 1 --mmap-ops 1 --mmap-file --engine x --cpu 1 --backoff 1'.split(' '),
      TABLE,
    ).map(({ option }) => option.role.kind);
    expect(kinds).toEqual(['control', 'entry', 'ops', 'setting', 'own', 'stranger', 'ignored']);
  });

  it('skips options of stressors that it has not, with their values if they have any', () => {
    expect(read('--bigheap 1 --bigheap-growth 4K --stack-fill --mmap 1')).toEqual([
      'bigheap=1',
      'bigheap-growth=4K',
      'stack-fill',
      'mmap=1',
    ]);
    expect(read('--nice-delta -5 --cpu-method=all --stack-fill -M')).toEqual([
      'nice-delta=-5',
      'cpu-method=all',
      'stack-fill',
      'metrics',
    ]);
  });

  it('hands an optional value over where there is one', () => {
    expect(read('--summary --mmap 1')).toEqual(['summary', 'mmap=1']);
    expect(read('--summary out.md --mmap 1')).toEqual(['summary=out.md', 'mmap=1']);
  });

  it.each([
    ['--mmap', `option '--mmap' requires an argument`],
    ['-m', `option '-m' requires an argument`],
    ['--metrics=1', `option '--metrics' doesn't allow an argument`],
    ['--mmapm 1', `option '--mmapm' is ambiguous; possibilities: '--mmapmany' '--mmapmany-ops'`],
    ['--mmapx', `unrecognized option '--mmapx' (did you mean '--mmap'?)`],
    ['--xyzzyxyzzy', `unrecognized option '--xyzzyxyzzy'`],
    ['--kern pristine', `unrecognized option '--kern' (did you mean '--kernels'?)`],
    ['--ver', `option '--ver' is ambiguous; possibilities: '--verify' '--verbose' '--version'`],
    ['--mm 1', ` and `],
    ['--mmap-o 3', `option '--mmap-o' is ambiguous; possibilities: '--mmap-ops' '--mmap-osync'`],
    ['-Z', `invalid option -- 'Z'`],
    ['-MZ', `invalid option -- 'Z'`],
    ['mmap 1', `unexpected argument 'mmap': options are --name value`],
    ['--mmap 1 2', `unexpected argument '2'`],
    ['-- --mmap', `unexpected argument '--mmap'`],
    ['\u2212m 1', 'which begins with no ASCII hyphen'],
    ['-', `unexpected argument '-'`],
    ['--=1', `unrecognized option '--'`],
  ])('refuses %s', (line, message) => {
    expect(errorOf(line)).toContain(message);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UsageError } from '../usage-error.js';
import { mayBeStressLine } from './first-look.js';
import { OptionTable } from './option-table.js';
import { isStressLine, readStressLine } from './stress-line.js';
import { FAKE_HOGS, FAKE_HOST } from './testing/fake-hogs.js';
import { piecesOf } from './words.js';

const TABLE = new OptionTable(FAKE_HOGS);

const LONG = [
  '--mmap',
  '--mmap-bytes',
  '--mmap-file',
  '--mmap-ops',
  '--mm',
  '--all',
  '--seq',
  '--job',
]
  .concat([
    '--timeout',
    '--seed',
    '--engine',
    '--summary',
    '--json',
    '--cpu',
    '--cpu-load',
    '--save',
  ])
  .concat([
    '--mmap=2',
    '--timeout=1s',
    '--json=1',
    '--temp-path',
    '--nonsense',
    '--tasks',
    '--mms',
  ]);
const OTHERS = [
  '-m',
  '-m2',
  '-Mv',
  '-t',
  '-',
  '--',
  '',
  '0',
  '1',
  '-1',
  '80G',
  'virtual',
  'vm',
  'x y',
];

const line = fc.array(fc.constantFrom(...LONG, ...OTHERS), { maxLength: 8 });

it('every word is of one option, or of none', () => {
  fc.assert(
    fc.property(line, (argv) => {
      const words = [...piecesOf(argv, TABLE)].flatMap((piece) => piece.words);
      // Letters that stand in one word come out one by one, with a dash each; `--` itself is of none.
      const bare = (given: readonly string[]): string => given.join('|').replaceAll(/[-|]/g, '');
      expect(bare(words)).toBe(bare(argv));
    }),
  );
});

it('every line is plans, an answer, or one sentence about what is wrong with it', () => {
  fc.assert(
    fc.property(line, fc.constantFrom('', 'run seq\nmmap 1\n', 'vm 0\nnonsense'), (argv, job) => {
      try {
        const context = { hogs: FAKE_HOGS, host: FAKE_HOST, readJobFile: () => job };
        const read = readStressLine(argv, context);
        expect(['run', 'answer', 'help', 'version']).toContain(read.kind);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        expect((error as Error).message).toMatch(/^[^\n]{8,}$/);
      }
    }),
  );
});

it('a first look never takes a line of stressors for another', () => {
  fc.assert(
    fc.property(line, (argv) => {
      fc.pre(argv[0]?.startsWith('-') === true);
      if (isStressLine(argv, FAKE_HOGS)) expect(mayBeStressLine(argv)).toBe(true);
    }),
  );
});

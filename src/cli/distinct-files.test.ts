import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outputFiles, reads, refuseSharedFiles, writes } from './distinct-files.js';
import { ensureBuilt, plainEnvironment, runCommand } from './testing/built-command.js';
import { SIMULATED } from './testing/gated.js';

let folder: string;
const at = (name: string): string => path.join(folder, name);
const summary = (file: string, isWanted = true) => ({ file, isWanted, bytesMax: Infinity });

beforeAll(async () => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-distinct-'));
  const { status } = await runCommand([...SIMULATED, '--save', at('run.json')]);
  expect(status).toBe(0);
  writeFileSync(at('other.json'), readFileSync(at('run.json')));
  symlinkSync(at('run.json'), at('link.json'));
  mkdirSync(at('deep'));
  symlinkSync(at('deep'), at('linked'));
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('one file for two things is refused', () => {
  const refusal = (...uses: Parameters<typeof refuseSharedFiles>[0]): string => {
    try {
      refuseSharedFiles(uses);
    } catch (error) {
      return (error as Error).message;
    }
    return 'nothing';
  };

  it('by whatever names, present or not yet', () => {
    const same: [string, string][] = [
      ['run.json', 'run.json'],
      ['run.json', 'deep/../run.json'],
      ['link.json', 'run.json'],
      ['new.json', 'deep/../new.json'],
      ['deep/new.json', 'linked/new.json'],
      ['nowhere/new.json', 'nowhere/./new.json'],
    ];
    for (const [one, other] of same) {
      expect(refusal(...writes('--save', at(one)), ...reads('--baseline', at(other)))).toBe(
        `--save and --baseline are the same file '${at(one)}': ` +
          'the result would take its place; give another one',
      );
    }
    expect(refusal(...writes('--save', at('run.json')), ...reads('FILE', at('other.json')))).toBe(
      'nothing',
    );
  });

  it('with what would become of it', () => {
    const file = at('x.json');
    const outputs = outputFiles({ save: file, summary: summary(file) });
    expect(refusal(...outputs)).toContain('--save and --summary are the same file');
    expect(refusal(...outputs)).toContain('it cannot be both');
    const markdown = outputFiles({ save: undefined, summary: summary(file, false) });
    expect(refusal(...markdown, ...reads('FILE', file))).toMatch(
      /^the step summary and FILE are .*: the summary would be added to it;/,
    );
  });

  it('unless nothing is written to it', () => {
    expect(refusal(...reads('FILE', at('run.json')), ...reads('FILE', at('run.json')))).toBe(
      'nothing',
    );
    expect(outputFiles({ save: undefined, summary: undefined })).toEqual([]);
    expect([...reads('--baseline', undefined), ...writes('--save', undefined)]).toEqual([]);
  });
});

describe('mmsem-bench exits with 2, one line, and leaves the file as it is:', () => {
  const GATE = ['gate', '--baseline', 'run.json'];

  it.each([
    [[...GATE, '--save', 'run.json'], /--save and --baseline are the same file/],
    [[...GATE, '--save', 'link.json'], /--save and --baseline are the same file/],
    [[...GATE, '--summary', 'run.json'], /--summary and --baseline are .* would be added to it/],
    [[...GATE, '--save-baseline', 'new.json', '--save', 'new.json'], /--save and --save-baseline/],
    [[...GATE, '--save-baseline', 'n.md', '--summary', 'n.md'], /--summary and --save-baseline/],
    [[...GATE, '--save', 'new.md', '--summary', 'new.md'], /--save and --summary/],
    [['compare', 'other.json', 'run.json', '--save', 'run.json'], /--save and FILE/],
    [['compare', 'other.json', 'run.json', '--summary', 'run.json'], /--summary and FILE/],
    [['compare', 'other.json,run.json', 'run.json', '--save', 'other.json'], /--save and FILE/],
    [
      ['compare', 'other.json', 'run.json', '--save', 'x', '--summary', 'x'],
      /--save and --summary/,
    ],
    [[...SIMULATED, '--save', 'new.md', '--summary', 'new.md'], /--save and --summary are/],
  ])('%j', async (argv, problem) => {
    const before = readFileSync(at('run.json'), 'utf8');
    const inFolder = argv.map((word) => {
      return /\.(json|md)$|^x$/.test(word) ? word.split(',').map(at).join(',') : word;
    });
    const { status, stdout, stderr } = await runCommand(inFolder);
    expect(stderr).toMatch(/^mmsem-bench: [^\n]+\n$/);
    expect(stderr).toMatch(problem);
    expect([status, stdout]).toEqual([2, '']);
    expect(readFileSync(at('run.json'), 'utf8')).toBe(before);
    expect(readFileSync(at('other.json'), 'utf8')).toBe(before);
  });

  it('also where the summary is the one of the step', async () => {
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: at('run.json') };
    const argv = ['compare', at('other.json'), at('run.json')];
    const { status, stderr } = await runCommand(argv, plainEnvironment(env));
    expect(stderr).toMatch(/^mmsem-bench: the step summary and FILE are the same file [^\n]*\n$/);
    expect(status).toBe(2);
  });
});

it('a baseline may be judged by and replaced in one go', async () => {
  const words = ['gate', '--baseline', at('run.json'), '--save-baseline', at('run.json')];
  const { status, stdout } = await runCommand(words);
  expect(stdout).toContain(`saved to ${at('run.json')}`);
  expect(status).toBe(0);
}, 30_000);

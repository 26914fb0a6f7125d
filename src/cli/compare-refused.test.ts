/** What `compare` refuses, from outside the process: one line, and the exit code. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt, runCommand, type Outcome } from './testing/built-command.js';

const SHORT =
  '--engine virtual --mmap-bytes 64M --tasks 4 --seeds 6 --timeout 0.06s --threshold 4M'.split(' ');

let folder: string;
const at = (name: string): string => path.join(folder, name);
const files = (...names: string[]): string[] => names.map(at);
const save = (name: string, ...options: string[]): Promise<Outcome> =>
  runCommand([...SHORT, ...options, '--save', at(name)]);
const compare = (...argv: string[]): Promise<Outcome> => runCommand(['compare', ...argv]);

/** A copy of the saved run with something else in it. */
function write(name: string, change: (text: string) => string): void {
  const text = readFileSync(at('a.json'), 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(at(name), changed);
}

beforeAll(async () => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-compare-'));
  await save('a.json');
  await save('tasks.json', '--tasks', '8');
  await save('patched.json', '--kernels', 'patched');
  await save('slow.json', '--set', 'zapPageNs=81');
  writeFileSync(at('empty.json'), '');
  execFileSync('mkfifo', [at('pipe')]);
  write('quoted.json', (text) => text.replace('"version": 1,', '"version": "1",'));
  write('count.json', (text) => text.replace(/"faultsTotal": \d+/, '"faultsTotal": 7'));
  write('cut.json', (text) => text.slice(0, 3000));
  write('other.json', (text) => text.replace('mmsem-bench/result', 'mmsem-bench/sweep'));
  write('nan.json', (text) => text.replace(/"median": [\d.]+/, '"median": NaN'));
  write('partial.json', (text) => text.replace('"partial": false', '"partial": true'));
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('what cannot be compared', () => {
  it.each([
    ['no file', [], /FILE takes the file of a saved run, and none is given/],
    ['a missing file', ['a.json', 'none.json'], /cannot read '.*none\.json'/],
    ['a file without a name', ['a.json', ''], /FILE takes the file of a saved run, not ''/],
    ['a pipe', ['a.json', 'pipe'], /cannot read '.*pipe': it is not a regular file/],
    ['a version in quotes', ['a.json', 'quoted.json'], /version the string "1"/],
    ['a count that was edited', ['a.json', 'count.json'], /do not follow from 7 faults in/],
    ['an empty file', ['a.json', 'empty.json'], /'.*empty\.json' is empty/],
    ['a cut-off file', ['a.json', 'cut.json'], /'.*cut\.json' .*cut off/],
    ['another schema', ['a.json', 'other.json'], /'.*other\.json' .*mmsem-bench\/sweep/],
    ['a NaN', ['nan.json', 'a.json'], /'.*nan\.json' .*NaN/],
    ['a partial run', ['a.json', 'partial.json'], /'.*partial\.json' .*partial run/],
    ['one file twice in a side', ['a.json,a.json', 'a.json'], /'.*a\.json' is twice in/],
  ])('%s: exit 2 and one line that names it', async (_, names, message) => {
    const argv = names.map((name) => (name === '' ? '' : name.split(',').map(at).join(',')));
    const { status, stdout, stderr } = await compare(...argv);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^mmsem-bench: [^\n]*\n$/);
    expect(stderr).toMatch(message);
  });

  it('a metric that a file lacks: exit 2, with what it has', async () => {
    const { status, stderr } = await compare(...files('a.json', 'tasks.json'), '--metric', 'ns/op');
    expect(status).toBe(2);
    expect(stderr).toMatch(/'.*a\.json' has no ns\/op of pristine; it has faultsPerSecond, /);
  });

  it('an unwritable target: exit 2', async () => {
    const { status } = await compare(
      ...files('a.json', 'slow.json'),
      '--save',
      '/nonexistent/c.json',
    );
    expect(status).toBe(2);
  });

  it('no label or no metric in common, or a single run: exit 4', async () => {
    writeFileSync(at('one.txt'), 'BenchmarkX 1 5 widgets\n');
    writeFileSync(at('two.txt'), 'BenchmarkY 1 5 ns/op\nBenchmarkZ 1 5 ns/op\n');
    for (const names of [['a.json', 'two.txt'], ['one.txt', 'patched.json'], ['patched.json']]) {
      const { status, stdout, stderr } = await compare(...files(...names));
      expect([status, stdout]).toEqual([4, '']);
      expect(stderr).toMatch(/^mmsem-bench: nothing to compare: [^\n]*\n$/);
    }
  });
});

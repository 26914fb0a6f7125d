/** What users are told about machines that are not there and costs that do not exist. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt, runShell } from './testing/built-command.js';

beforeAll(() => {
  ensureBuilt();
}, 120_000);

describe('options of simulated machines', () => {
  it.each([
    ['--set zapPgeNs=3', `there is no cost called 'zapPgeNs' (did you mean 'zapPageNs'?)`],
    ['--set zapPageNs=much', `'zapPageNs=much' is not of the form NAME=WHOLE_NUMBER`],
    ['--machine e5-2680-23', `(did you mean 'e5-2680-32'?)`],
    ['--machine ./none.json', `not './none.json'`],
    ['--machine /dev/null', `--machine /dev/null: it is not JSON`],
    ['--cpus 1025', `--cpus takes a whole number from 0 to 1024; '1025' is out of range`],
    ['--cpus few', `not 'few'`],
  ])('--engine virtual %s: one line, exit code 2', async (options, expected) => {
    const { status, stdout, stderr } = await runShell(`mmsem-bench --engine virtual ${options}`);
    expect(stderr).toMatch(/^mmsem-bench: [^\n]+ \(see --help\)\n$/);
    expect(stderr).toContain(expected);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it.each(['--machine e5-2680-32', '--set zapPageNs=3', '--cpus 4'])(
    'threads have no use for %s',
    async (option) => {
      const { status, stderr } = await runShell(`mmsem-bench ${option}`);
      expect(stderr).toContain('is for simulated machines: add --engine virtual');
      expect(status).toBe(2);
    },
  );
});

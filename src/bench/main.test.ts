import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/bench/main.js', import.meta.url));

function bench(args: readonly string[], PATH = process.env['PATH']): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: { PATH } });
}

describe('npm run bench, from outside', () => {
  it.each([
    { args: ['--repeats', '0'], stderr: /^bench: .*expected a whole number.*\n$/ },
    { args: ['--against', 'no-such-revision'], stderr: /^bench: --against (expects|needs) .*\n$/ },
  ])('refuses $args with one line and status 2', ({ args, stderr }) => {
    const result = bench(args);
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(stderr);
  });

  it.each([
    { args: ['--host'], command: 'cc' },
    { args: ['--against', 'HEAD'], command: 'git' },
  ])('says that $args needs $command', ({ args, command }) => {
    const result = bench(args, '/nowhere');
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(new RegExp(`^bench: ${command} is needed for this.*\n$`));
  });

  it('prints help', () => {
    const result = bench(['--help']);
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toContain('--against <rev>');
  });
});

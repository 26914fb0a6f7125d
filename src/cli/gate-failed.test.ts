import { expect, it } from 'vitest';
import { RunFailed } from '../engine/engine.js';
import { InvariantBroken } from '../util/assert.js';
import { runCommand } from './main.js';
import { FakeWorld } from './testing/fake-world.js';

it.each([
  ['hangs', () => new RunFailed('no task has made progress'), []],
  ['breaks an invariant', () => new InvariantBroken('a frame is mapped twice'), []],
  [
    'hangs, whatever --on says,',
    () => new RunFailed('no task has made progress'),
    ['--on', 'untrustworthy=pass'],
  ],
])(
  'a kernel that %s is untrustworthy and exit 5, with the way to run it again',
  async (_, error, on) => {
    const world = new FakeWorld(() => Promise.reject(error()));
    expect(await runCommand(['gate', '--tasks', '2', ...on], world)).toBe(5);
    expect(world.stdout.text).toMatch(/^untrustworthy: nothing was judged\n/);
    expect(world.stdout.text).toContain(error().message);
    expect(world.stderr.text).toMatch(
      /to run it again, without the gate: npx mmsem-bench --mmap-bytes/,
    );
  },
);

it('what is wrong with the tool itself is no verdict', async () => {
  const world = new FakeWorld(() => Promise.reject(new TypeError('x is not a function')));
  expect(await runCommand(['gate', '--tasks', '2'], world)).toBe(5);
  expect(world.stdout.text).toBe('');
  expect(world.stderr.text).toContain('this is a bug in mmsem-bench');
});

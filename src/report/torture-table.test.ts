import { describe, expect, it } from 'vitest';
import { TORTURE_PLAN, tortureTask } from '../stats/testing/synthetic-torture.js';
import { syntheticTortureResult } from './testing/synthetic-torture-result.js';
import { formatTortureResult, type TortureDocument } from './torture-result.js';
import { renderTorture } from './torture-table.js';

const PLAIN = { color: false, unicode: true };
const TWO_POLICIES = { policies: ['fifo-4.17', 'no-steal'] };

describe('renderTorture', () => {
  it('prints what was run and a column per class of tasks', () => {
    expect(renderTorture(syntheticTortureResult(), PLAIN)).toBe(
      `torture: 2 readers, 1 writer, 1 downgrader, 2.0 s per policy, seed 1

fifo-4.17           readers   writers  downgraders
tasks                     2         1            1
acquisitions/sec      1.500     1.500        2.000
contended            66.7 %    33.3 %       25.0 %
per task, least           1         3            4
per task, mean            2         3            4
per task, most            2         3            4
Jain's index          0.900     1.000        1.000
p50 wait           5.000 µs      0 ns         0 ns
p99 wait           5.000 µs  5.000 µs     5.000 µs
longest wait       5.000 µs  5.000 µs     5.000 µs
longest hold       1.000 µs  1.000 µs     1.000 µs
steals                    0         0            0
acquired spinning         0         0            0
hand-offs                 0         0            0
trylocks failed           0         0            0
waits killed              0         0            0
`,
    );
  });

  it('sets several policies side by side in the end', () => {
    const text = renderTorture(syntheticTortureResult({ ...TWO_POLICIES, writers: 0 }), PLAIN);
    expect(text).toMatch(/\nno-steal +readers +downgraders\n/);
    expect(text.split('\n').slice(-5).join('\n')).toBe(
      `           acquired/s  acquired/s   Jain's    index      longest      longest  steals
policy        readers     writers  readers  writers  reader wait  writer wait  by all
fifo-4.17       1.500         n/a    0.900      n/a     5.000 µs          n/a       0
no-steal        1.500         n/a    0.900      n/a     5.000 µs          n/a       0
`,
    );
  });

  it('stays within 100 columns, without trailing blanks', () => {
    const policies = ['wake-all-on-downgrade', 'reader-steal-5.11'];
    const text = renderTorture(syntheticTortureResult({ policies, spin: false }), PLAIN);
    expect(text).toContain('1 downgrader, without spinning, 2.0 s per policy');
    for (const line of text.split('\n')) {
      expect(line.length).toBeLessThanOrEqual(100);
      expect(line).toBe(line.trimEnd());
    }
  });

  it('names the tasks that starved', () => {
    const tasks = [tortureTask(TORTURE_PLAN, 0, [12e9])];
    const trials = [{ policy: 'fifo-4.17', seconds: 2, complete: true, tasks }];
    const text = renderTorture(syntheticTortureResult({}, { trials }), PLAIN);
    expect(text).toContain('\nstarved: task 0 (reader) waited for 12.00 s, more than 10.0 s\n');
  });

  it('says that a run was cut short, even when nothing was measured', () => {
    const cut = { trials: [], partial: true };
    expect(renderTorture(syntheticTortureResult(TWO_POLICIES, cut), PLAIN)).toMatch(
      /\n\nPartial run: 0 of 2 policies had the whole time\.\n$/,
    );
  });

  it('adds nothing but colours when they are asked for', () => {
    const document = syntheticTortureResult(TWO_POLICIES);
    const colored = renderTorture(document, { ...PLAIN, color: true });
    const escapes = new RegExp(String.raw`${'\x1b'}\[\d+m`, 'g');
    expect(colored).not.toBe(renderTorture(document, PLAIN));
    expect(colored.replace(escapes, '')).toBe(renderTorture(document, PLAIN));
  });
});

it('formatTortureResult keeps everything, at full precision', () => {
  const document = syntheticTortureResult(TWO_POLICIES);
  const text = formatTortureResult(document);
  expect(text).toMatch(/^\{\n[^]*\}\n$/);
  const parsed = JSON.parse(text) as TortureDocument;
  expect(parsed).toEqual(document);
  expect(parsed.policies.map(({ policy }) => policy)).toEqual(TWO_POLICIES.policies);
  expect(parsed.host.startedAt).toBe('2018-06-27T00:00:00.000Z');
});

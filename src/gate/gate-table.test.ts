import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderGateTable } from './gate-table.js';
import { GATES, syntheticCheck, syntheticGate } from './testing/synthetic-gate.js';

const NAMES = Object.keys(GATES);
const look = { color: false, unicode: true };
const linesOf = (name: string, width = 100): string[] =>
  renderGateTable(GATES[name]!, { ...look, width }).split('\n');

describe('the table of a gate', () => {
  it.each(NAMES)('%s: the verdict comes first, and every check has its row', (name) => {
    const { verdict, checks } = GATES[name]!;
    const lines = linesOf(name);
    expect(lines[0]!.startsWith(verdict)).toBe(true);
    for (const check of new Set(checks.map((one) => one.verdict))) {
      const rows = lines.filter((line) => line.endsWith(`  ${check}`)).length;
      const those = checks.filter((one) => one.verdict === check).length;
      // Numbers and changes may be in a table each.
      expect([those, 2 * those]).toContain(rows);
    }
  });

  it.each(NAMES)('%s: stays within 80, 100 and 120 columns', (name) => {
    for (const width of [80, 100, 120]) {
      for (const line of linesOf(name, width)) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  it.each(NAMES)('%s: colours say nothing that words do not, and nobody else colours', (name) => {
    for (const unicode of [true, false]) {
      const plain = renderGateTable(GATES[name]!, { color: false, unicode });
      const colored = renderGateTable(GATES[name]!, { color: true, unicode });
      expect(stripVTControlCharacters(colored)).toBe(plain);
      expect(colored).not.toBe(plain);
      expect(plain).not.toMatch(/[^\P{Cc}\n]/u);
      if (!unicode) expect(plain).toMatch(/^[\n -~]*$/);
    }
  });

  it('shows numbers in their units, the change, the interval and what is allowed', () => {
    const text = linesOf('regression', 120).join('\n');
    expect(text).toMatch(
      /^patched\.munmapBytesPerSecond +4\.95 GiB\/s +4\.65 GiB\/s +-6\.2 % +-7\.9 \.\. +-4\.4 % +-5\.0 % +regression$/m,
    );
    expect(text).toMatch(/^patched\.writeHoldNs\.p99 +1\.189 ms +2\.205 ms +\+85\.4 %/m);
  });

  it('says what was run, and by which baseline it was judged', () => {
    const text = linesOf('regression', 500).join('\n');
    expect(text).toContain('threads engine, 2 tasks in 1 address space, 80 GiB (40 GiB per task)');
    expect(text).toContain(
      'baseline results/baseline/ci.json, taken 2026-11-20 08:15 UTC on this machine or one like it',
    );
    expect(linesOf('advisory regression', 500).join('\n')).toMatch(/UTC on another machine$/m);
  });

  it('says when a bad verdict fails nothing, and why', () => {
    expect(linesOf('advisory regression').slice(0, 2)).toEqual([
      'regression: 1 of 4 checks (advisory: nothing fails because of it)',
      'advisory only, the baseline is of another machine (cpus 2 instead of 4); --trust-host to judge',
    ]);
    expect(linesOf('inconclusive, let pass')[0]).toMatch(/\(let pass, as was asked for\)$/);
    expect(linesOf('untrustworthy')[0]).toBe('untrustworthy, whatever its checks say');
    expect(linesOf('no baseline')[0]).toBe('no-baseline: nothing was judged');
  });

  it('a good verdict that was asked to fail says so', () => {
    const report = syntheticGate('improvement', [syntheticCheck({ verdict: 'improvement' })], {
      action: 'fail',
    });
    expect(renderGateTable(report, look)).toMatch(/^improvement: 1 check \(fails, as was asked/);
  });

  it('says what to do where there is something to do', () => {
    expect(linesOf('improvement').join('\n')).toMatch(/^Save a new baseline/m);
    expect(linesOf('no baseline').join('\n')).toContain('--require');
    expect(linesOf('pass').join('\n')).not.toContain('--save-baseline');
    // A limit was broken, and no baseline has anything to do with it.
    expect(linesOf('kernels of one run, and a limit').join('\n')).not.toContain('--save-baseline');
  });

  it('a number that is none is n/a', () => {
    expect(linesOf('numbers that are none').join('\n')).not.toContain('NaN');
  });
});

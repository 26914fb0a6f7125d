/**
 * The limit of VMAs (stress-ng.md 2.11). Fractions depend on the limit per page alone, so that runs of
 * a part of the pages have as much of the limit.
 *
 * The table's shares of pages that come back are those of calls alone. Anonymous pages that are written
 * as they come back keep two VMAs apart that met too late: what grew from different pages never merges.
 */
import { describe, expect, it } from 'vitest';
import type { Compat, HogOptions } from '../../../plan/stress.js';
import { Child } from './child.js';
import { FORMS } from './forms.js';
import { MmapRun } from './hog.js';
import { mmapSettingOf } from './mmap-setting.js';
import { PAGE } from './page-book.js';
import { RandomDraws } from './draws.js';
import { LoneMmap } from './testing/lone-mmap.js';

const LIMIT = 65_530;

interface Seen {
  /** Of munmaps in step 1, as shares of the pages. */
  readonly failed: number;
  readonly firstFailure: number;
  readonly peak: number;
  /** Share of the pages that step 2 has mapped, and the VMAs there are at its end. */
  readonly back: number;
  readonly vmasBack: number;
}

interface Setting {
  readonly compat: Compat;
  readonly noMadvise?: boolean;
  readonly options?: HogOptions;
  /** Whether nothing but calls is made: no page is written or populated. */
  readonly callsAlone?: boolean;
  readonly onlyStep1?: boolean;
}

/** One operation on `pages` pages, all sizes divided by `scale`. */
function operate(setting: Setting, pages: number, scale = 16): Seen {
  const { compat, noMadvise = false, options = {}, callsAlone = false } = setting;
  const { onlyStep1 = false } = setting;
  const n = Math.round(pages / scale);
  const task = new LoneMmap({
    compat,
    pages: n,
    noMadvise,
    options,
    maxMapCount: Math.round(LIMIT / scale),
  });
  const whole = mmapSettingOf(task.setting);
  const { unmapping } = whole.form;
  const seen = { failed: 0, firstFailure: 1, peak: 0, back: 0, vmasBack: 0 };
  class WatchedChild extends Child {
    override *unmap(at: number, bytes: number) {
      const before = task.stat('munmapCalls');
      const calls = task.calls.counts.munmap;
      yield* super.unmap(at, bytes);
      if (step !== 1) return;
      seen.peak = Math.max(seen.peak, task.mapCount);
      if (task.stat('munmapCalls') > before) return;
      if (seen.failed === 0) seen.firstFailure = calls / n;
      seen.failed += 1;
    }

    override *set(at: number, count: number, word: number) {
      if (!callsAlone) yield* super.set(at, count, word);
    }

    override *check(at: number, count: number, word: number) {
      if (!callsAlone) yield* super.check(at, count, word);
    }

    override *touch(at: number, count: number) {
      if (!callsAlone) yield* super.touch(at, count);
    }
  }
  let step = 1;
  const watched = {
    ...unmapping,
    *mapBack() {
      step = 2;
      if (onlyStep1) return true;
      const isDone = yield* unmapping.mapBack(child);
      seen.vmasBack = task.mapCount;
      const { state } = child.book;
      for (const page of state) seen.back += page === PAGE.mapped ? 1 : 0;
      return isDone;
    },
  };
  const form = { ...FORMS[compat], unmapping: watched };
  const child: Child = new WatchedChild(task, { ...whole, form }, new RandomDraws(task.prng));
  child.populates = !callsAlone;
  task.run(new MmapRun(child).program());
  expect(task.check()).toEqual([]);
  expect(task.mapCount).toBe(0);
  return { ...seen, failed: seen.failed / n, back: seen.back / n };
}

describe('step 1 without advice, 0.09.31', () => {
  const setting = { compat: '0.09.31', noMadvise: true } as const;

  it('has n (1 - x) (1 - e^-x) VMAs after a share x of the pages, 0.199 n at most', () => {
    const { failed, peak } = operate(setting, 262_144);
    expect(failed).toBe(0);
    expect(peak / (262_144 / 16)).toBeGreaterThan(0.199 * 0.97);
    expect(peak / (262_144 / 16)).toBeLessThan(0.199 * 1.03);
  });

  it('fails nowhere up to 327,680 pages', () => {
    expect(operate({ ...setting, onlyStep1: true }, 327_680, 1)).toMatchObject({ failed: 0 });
  });

  it('fails at 393,216 pages: 6 %, the first after 25 %', () => {
    const { failed, firstFailure } = operate(setting, 393_216);
    expect(failed).toBeGreaterThan(0.05);
    expect(failed).toBeLessThan(0.07);
    expect(firstFailure).toBeGreaterThan(0.23);
    expect(firstFailure).toBeLessThan(0.27);
  });

  it('at 655,360 pages, not scaled: 41 % fail, the first after 12.1 %; 12 % come back', () => {
    const { failed, firstFailure, peak, back } = operate(setting, 655_360, 1);
    expect(failed).toBeGreaterThan(0.405);
    expect(failed).toBeLessThan(0.415);
    expect(firstFailure).toBeGreaterThan(0.12);
    expect(firstFailure).toBeLessThan(0.122);
    expect(peak).toBe(LIMIT);
    expect(back).toBeGreaterThan(0.115);
    expect(back).toBeLessThan(0.125);
  }, 120_000);
});

describe('step 2 maps back', () => {
  it.each([
    { compat: '0.09.31', noMadvise: true, shares: [1, 1, 1, 0.12] },
    { compat: '0.09.31', noMadvise: false, shares: [1, 0.59, 0.27, 0.104] },
    // Linux 6.18, the same calls; stress-ng.md has 0.78, 0.31 and 0.108.
    { compat: '0.15.06', noMadvise: false, shares: [1, 0.675, 0.287, 0.1054] },
  ] as const)('$compat, without advice: $noMadvise', ({ compat, noMadvise, shares }) => {
    const sizes = [65_536, 131_072, 262_144, 655_360];
    for (const [i, share] of shares.entries()) {
      const { back } = operate({ compat, noMadvise, callsAlone: true }, sizes[i]!);
      expect(Math.abs(back / share - 1), `${sizes[i]!} pages: ${back}`).toBeLessThan(0.06);
    }
  });

  it('all of a file at 262,144 pages, 12 % at 655,360, written as they are', () => {
    const options = { file: true, 'file-kind': 'tmpfs' };
    const setting = { compat: '0.09.31', noMadvise: true, options } as const;
    expect(operate(setting, 262_144).back).toBe(1);
    expect(Math.abs(operate(setting, 655_360).back / 0.12 - 1)).toBeLessThan(0.06);
  });

  it('HEAD, in uniform order: all of it below 262,144 pages, not from there on', () => {
    const setting = { compat: 'head', callsAlone: true } as const;
    expect(operate(setting, 249_037)).toMatchObject({ failed: 0, back: 1 });
    expect(operate(setting, 275_251).back).toBeLessThan(0.7);
  });

  it('leaves 0.28 VMAs for every anonymous page that is written, as Linux 6.18 does', () => {
    // Linux: 9,215 VMAs of 32,768 pages.
    const { vmasBack } = operate({ compat: '0.09.31', noMadvise: true }, 32_768, 1);
    expect(Math.abs(vmasBack / 9215 - 1)).toBeLessThan(0.02);
    // So that only half of 1 GiB comes back: Linux, 49.5 %.
    const { back } = operate({ compat: '0.09.31', noMadvise: true }, 262_144);
    expect(Math.abs(back / 0.495 - 1)).toBeLessThan(0.06);
  });
});

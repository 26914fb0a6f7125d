/** Runs of a program that only looks like stress-ng: what is read of it, and what when it fails. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeYaml, writeFakeStressNg } from '../testing/fake-stress-ng.js';
import { findStressNg } from './find-stress-ng.js';
import { complaintIn, runStressNg, StressNgFailed } from './real-run.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-real-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const YAML = fakeYaml({ faults: 100 });
const run = (ends: string, signal = new AbortController().signal) =>
  runStressNg(writeFakeStressNg(folder, YAML, ends), ['--mmap', '1'], signal);

async function failure(ends: string): Promise<StressNgFailed> {
  const error: unknown = await run(ends).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StressNgFailed);
  return error as StressNgFailed;
}

const leftovers = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('mmsem-bench-host-'));

describe('a run', () => {
  it('is its YAML, and the faults of its processes and of theirs', async () => {
    const before = leftovers();
    const one = await run('exit 0');
    expect(one.yaml).toBe(YAML);
    expect(one.faults.minor).toBeGreaterThan(50);
    const more = await run('for i in 1 2 3 4 5 6 7 8; do (bash -c :); done');
    expect(more.faults.minor).toBeGreaterThan(one.faults.minor + 8 * 50);
    expect(more.faults.total).toBe(more.faults.minor + more.faults.major);
    expect(leftovers()).toEqual(before);
  });

  it('that refuses its options says so in its own words', async () => {
    const { message, isUsage } = await failure(
      `echo "stress-ng: unrecognized option '--mmap-frob'" >&2; echo "Try 'stress-ng --help' for more information."; exit 1`,
    );
    expect(message).toBe(`stress-ng: unrecognized option '--mmap-frob'`);
    expect(isUsage).toBe(true);
  });

  it('that fails is told by its error line, or by its status', async () => {
    const failed = await failure(
      `echo 'stress-ng: info:  [7] dispatching hogs: 1 mmap'; echo 'stress-ng: fail:  [7] mmap: no memory, errno=12' >&2; echo 'stress-ng: info:  [7] unsuccessful'; exit 2`,
    );
    expect(failed.message).toBe('stress-ng: fail: mmap: no memory, errno=12');
    expect(failed.isUsage).toBe(false);
    expect((await failure('exit 3')).message).toBe(
      'stress-ng: it ended with status 3, and said nothing',
    );
  });

  it('that is given up is asked to end, and waited for', async () => {
    const controller = new AbortController();
    const running = run(
      `trap 'touch ${folder}/ended; kill $!; exit 0' INT; sleep 20 & wait`,
      controller.signal,
    );
    setTimeout(() => {
      controller.abort();
    }, 300);
    await expect(running).rejects.toThrow(/aborted/);
    expect(readdirSync(folder)).toContain('ended');
  });
});

describe('the line that says what went wrong', () => {
  it('is the first serious one, else the last', () => {
    expect(complaintIn('')).toBeUndefined();
    expect(complaintIn('a\nb\n')).toBe('b');
    expect(complaintIn('stress-ng: error: [12] cannot x\nb\n')).toBe('error: cannot x');
  });
});

describe('the program', () => {
  it('is the first in PATH, or the one that is named', async () => {
    const program = writeFakeStressNg(folder, YAML);
    const PATH = `/nowhere:${folder}:/usr/bin:/bin`;
    const found = { program, version: '0.15.06' };
    expect(await findStressNg(undefined, { PATH })).toEqual(found);
    expect(await findStressNg('stress-ng', { PATH })).toEqual(found);
    expect(await findStressNg(program, {})).toEqual(found);
    expect(await findStressNg(undefined, { PATH: '/nowhere' })).toBeUndefined();
  });

  it('is refused when it is named and is none', async () => {
    await expect(findStressNg(`${folder}/none`, {})).rejects.toThrow(
      /can be run, and '.*none' is none/,
    );
    await expect(findStressNg(folder, {})).rejects.toThrow(/is none/);
    await expect(findStressNg('/bin/true', {})).rejects.toThrow(
      /does not say that it is stress-ng/,
    );
  });
});

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageFile } from '../util/package-file.js';

const SAVE = packageFile('dist/report/save.js');
const KILLS = 40;

/** Large enough for writing to take a while. */
const TEXTS = ['a', 'b'].map((letter) => letter.repeat(4_000_000));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-killed-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Saves the two texts in turn until it is killed, some ms after it has begun. */
async function saveUntilKilled(file: string, afterMs: number): Promise<void> {
  const script = `
    const { saveAtomically } = await import(${JSON.stringify(SAVE)});
    const texts = ['a', 'b'].map((letter) => letter.repeat(${TEXTS[0]!.length}));
    process.stdout.write('begun');
    for (let i = 0; ; i++) saveAtomically(${JSON.stringify(file)}, texts[i % 2]);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.on('exit', (_, signal) => {
      resolve(signal);
    });
  });
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
  expect(await ended).toBe('SIGKILL');
}

it(`a save that is killed, ${KILLS} times, leaves the old file or the new one`, async () => {
  const file = path.join(folder, 'result.json');
  const found = new Set<string>();
  writeFileSync(file, TEXTS[0]!);
  for (let kill = 0; kill < KILLS; kill++) {
    await saveUntilKilled(file, (kill * 7) % 40);
    const text = readFileSync(file, 'utf8');
    found.add(text.slice(0, 1));
    expect(TEXTS.includes(text), `${text.length} characters after kill ${kill}`).toBe(true);
  }
  expect(found).toEqual(new Set(['a', 'b']));
});

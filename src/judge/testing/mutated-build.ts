/** A copy of what was built with one place of it changed: a model that is wrong on purpose. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Mutation {
  /** Below dist, `mm/mmap.js`. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly from: string;
  readonly to: string;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Calls `use` with the folder that has the changed dist in it, which is gone afterwards. */
export async function withMutatedBuild<T>(
  { file, from, to }: Mutation,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mmsem-mutant-'));
  try {
    cpSync(path.join(ROOT, 'dist'), path.join(folder, 'dist'), { recursive: true });
    cpSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    const target = path.join(folder, 'dist', file);
    const parts = readFileSync(target, 'utf8').split(from);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
    writeFileSync(target, parts.join(to));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

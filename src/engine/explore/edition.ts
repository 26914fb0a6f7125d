/**
 * Editions of the rwsem: the modules of `src/mm` as they were compiled, or the same with one change in
 * one of them. A changed module and those that import it are loaded a second time, from memory.
 */
import { readFile } from 'node:fs/promises';
import { assert } from '../../util/assert.js';
import * as rwsem from '../../mm/rwsem.js';
import type { BrokenLock } from './broken-locks.js';
import type { Lock } from './scenario.js';

/** The modules that make up the lock; they import each other without cycles. */
const FAMILY = /^\.\/(rwsem(?:-\w+)?|wait-list|osq)\.js$/;
const IMPORT = /(\bfrom\s*)'(\.[^']*)'/g;
const FOLDER = new URL('../../mm/', import.meta.url);

/** The lock itself. */
export const REAL_LOCK: Lock = rwsem;

/** Throws InvariantBroken when the change does not fit the text of the lock exactly once. */
export async function loadBrokenLock(broken: BrokenLock): Promise<Lock> {
  const loader = new EditionLoader(broken);
  const url = await loader.urlOf('rwsem');
  assert(
    loader.has(broken.file),
    `broken lock ${broken.name}: ${broken.file} is no part of the lock`,
  );
  return (await import(url)) as Lock;
}

class EditionLoader {
  readonly #broken: BrokenLock;
  readonly #urls = new Map<string, string>();

  constructor(broken: BrokenLock) {
    this.#broken = broken;
  }

  /** Whether the module was loaded for this edition. */
  has(module: string): boolean {
    return this.#urls.has(module);
  }

  /** A URL that holds the whole text of the module and of those of its family that it imports. */
  async urlOf(module: string): Promise<string> {
    const known = this.#urls.get(module);
    if (known !== undefined) return known;
    const text = await readFile(new URL(`${module}.js`, FOLDER), 'utf8');
    const edited = module === this.#broken.file ? applyChange(text, this.#broken) : text;
    const linked = await this.#link(edited);
    const url = `data:text/javascript;base64,${Buffer.from(linked).toString('base64')}`;
    this.#urls.set(module, url);
    return url;
  }

  /** Imports without a base: of the family by content, of others by their place. */
  async #link(text: string): Promise<string> {
    let linked = text;
    for (const [whole, from, specifier] of text.matchAll(IMPORT)) {
      const relative = FAMILY.exec(specifier!)?.[1];
      const isData = relative === undefined || relative === 'rwsem-policy';
      const url = isData ? new URL(specifier!, FOLDER).href : await this.urlOf(relative);
      linked = linked.replace(whole, `${from!}'${url}'`);
    }
    return linked;
  }
}

function applyChange(text: string, { name, file, find, replace }: BrokenLock): string {
  const pattern = new RegExp(
    find
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\s+'),
    'g',
  );
  const found = text.match(pattern)?.length ?? 0;
  assert(found === 1, `broken lock ${name}: its change fits ${file} ${found} times, not once`);
  return text.replace(pattern, () => replace);
}

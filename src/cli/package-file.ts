import { fileURLToPath } from 'node:url';

/** Absolute path of a file of this package, from `src/cli` and from `dist/cli` alike. */
export function packageFile(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}

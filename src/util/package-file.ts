import { fileURLToPath } from 'node:url';

/** Absolute path of a file of this package, from `src/util` and from `dist/util` alike. */
export function packageFile(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}

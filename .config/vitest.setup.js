import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Workers and the command are tested as they are built, so what is tested must be what was built. */
export function setup() {
  const at = (path) => fileURLToPath(new URL(path, import.meta.url));
  const compiler = at('../node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', at('tsconfig.build.json')], { stdio: 'inherit' });
}

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../../util/package-file.js';

/** What a process leaves behind. */
export interface Outcome {
  /** Exit code, or the name of the signal that killed it. */
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to end, seconds. */
  readonly elapsedSeconds: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

const COMMAND = packageFile('bin/mmsem-bench.js');

/** Builds the command unless what is built is newer than every source file. */
export function ensureBuilt(): void {
  const built = packageFile('dist/cli/main.js');
  if (existsSync(built) && statSync(built).mtimeMs > newestSourceMs()) return;
  const compiler = packageFile('node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', packageFile('.config/tsconfig.build.json')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

function newestSourceMs(): number {
  const root = packageFile('src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return Math.max(...files.map((file) => statSync(path.join(root, file)).mtimeMs));
}

/** Environment of a user's shell with nothing special: no CI, no color wishes. */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', ...extra };
}

/** `mmsem-bench ARGV...` with pipes instead of a terminal. */
export function start(argv: readonly string[], env = plainEnvironment()): Running {
  return startProcess(process.execPath, [COMMAND, ...argv], env);
}

export function runCommand(argv: readonly string[], env = plainEnvironment()): Promise<Outcome> {
  return start(argv, env).outcome;
}

/** A shell line in which `mmsem-bench` is the built command; bash with pipefail. */
export function runShell(line: string, env = plainEnvironment()): Promise<Outcome> {
  const script = `set -o pipefail; mmsem-bench() { '${process.execPath}' '${COMMAND}' "$@"; }; ${line}`;
  return startProcess('bash', ['-c', script], env).outcome;
}

function startProcess(file: string, argv: readonly string[], env: NodeJS.ProcessEnv): Running {
  const started = performance.now();
  const child = spawn(file, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const elapsedSeconds = (performance.now() - started) / 1000;
      resolve({ status: code ?? signal, stdout, stderr, elapsedSeconds });
    });
  });
  return { child, outcome };
}

import { spawn } from 'node:child_process';
import { BenchError } from './bench-error.js';

export interface ChildOptions {
  readonly cwd?: string;
  /** The child is ended when this is aborted; the call still waits for it to be gone. */
  readonly signal: AbortSignal;
  /** Show what the child prints as it prints it, on stderr, instead of returning it. */
  readonly show?: boolean;
}

export interface ChildResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command to its end and returns what it printed, whether or not it succeeded.
 *
 * Throws BenchError when the command does not exist, and the signal's reason when it was aborted.
 */
export async function runChild(
  command: string,
  args: readonly string[],
  { cwd = process.cwd(), signal, show = false }: ChildOptions,
): Promise<ChildResult> {
  signal.throwIfAborted();
  const child = spawn(command, args, {
    cwd,
    stdio: show ? ['ignore', process.stderr, process.stderr] : ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const end = (): void => void child.kill();
  signal.addEventListener('abort', end);
  try {
    const ok = await new Promise<boolean>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) => {
        resolve(status === 0);
      });
    });
    signal.throwIfAborted();
    return { ok, stdout, stderr };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new BenchError(`${command} is needed for this and was not found in PATH`);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** The line in which a command says what went wrong, as far as one can tell: else its last. */
export function complaintIn(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return lines.find((line) => /\b(error|fatal)\b/i.test(line)) ?? lines.at(-1) ?? '';
}

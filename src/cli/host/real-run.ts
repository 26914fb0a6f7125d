/** Runs of the real stress-ng, and what they came to. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FaultCounts } from '../../samples/host-samples.js';
import { oneLine } from '../../util/one-line.js';

/** What a run of stress-ng leaves behind. */
export interface RealRun {
  /** Undefined when it wrote none. */
  readonly yaml: string | undefined;
  /** Of its processes, all of them, from exec to exit, as getrusage counts them. */
  readonly faults: FaultCounts;
}

/** It could not be run to its end; `message` is one line for the user. */
export class StressNgFailed extends Error {
  override readonly name = 'StressNgFailed';
  /** It did not understand its options. */
  readonly isUsage: boolean;

  constructor(message: string, isUsage: boolean) {
    super(message);
    this.isUsage = isUsage;
  }
}

/** Exit code of stress-ng for wrong options, and for what it cannot begin. */
const WRONG_OPTIONS = 1;

/** What `stress-ng ARGS...` is given besides; last, because `--quiet` after `--metrics` undoes it. */
export function measuring(args: readonly string[]): string[] {
  return [...args, '--metrics', '--perf'];
}

/**
 * Runs it to its end in the current folder, where its temporary files go. Throws StressNgFailed, and
 * the signal's reason when it was aborted: then stress-ng has been asked to end, and has ended.
 */
export async function runStressNg(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<RealRun> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-host-'));
  const file = path.join(folder, 'run.yaml');
  try {
    const before = faultsOfChildren();
    const { status, output } = await ended(program, [...args, '--yaml', file], signal);
    const faults = difference(before, faultsOfChildren());
    signal.throwIfAborted();
    if (status !== 0) {
      const problem = complaintIn(output) ?? `it ended with status ${status}, and said nothing`;
      throw new StressNgFailed(`stress-ng: ${problem}`, status === WRONG_OPTIONS);
    }
    return { yaml: existsSync(file) ? readFileSync(file, 'utf8') : undefined, faults };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface End {
  readonly status: number | NodeJS.Signals | null;
  /** Both streams: versions differ in which they use. */
  readonly output: string;
}

function ended(program: string, args: readonly string[], signal: AbortSignal): Promise<End> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    const end = (): void => void child.kill('SIGINT');
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
    child.on('error', reject);
    child.on('close', (code, killed) => {
      signal.removeEventListener('abort', end);
      resolve({ status: code ?? killed, output });
    });
  });
}

/** The line that says what went wrong, as far as one can tell; undefined without any line. */
export function complaintIn(output: string): string | undefined {
  const lines = output.split('\n').flatMap((line) => {
    const text = oneLine(
      line.replace(/^(?:\S*stress-ng: )+/, '').replace(/^(\w+:) *\[\d+\] */, '$1 '),
    ).trim();
    return text === '' || /^try .*--help/i.test(text) ? [] : [text];
  });
  const isSerious = (text: string): boolean => /^(error|fail):|unrecogni[sz]ed|invalid/i.test(text);
  return lines.find(isSerious) ?? lines.at(-1);
}

/**
 * What the children of this process took that have ended and been waited for, with theirs, since it
 * began: Node tells of no single child's. Fields 11 and 13 of /proc/self/stat (proc_pid_stat(5)).
 */
function faultsOfChildren(): FaultCounts {
  const text = readFileSync('/proc/self/stat', 'utf8');
  // The second field is a name in brackets, which may have blanks and brackets in it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [minor, major] = [Number(fields[8]), Number(fields[10])];
  return { total: minor + major, minor, major };
}

function difference(before: FaultCounts, after: FaultCounts): FaultCounts {
  const since = (count: (counts: FaultCounts) => number): number =>
    Math.max(0, count(after) - count(before));
  return {
    total: since(({ total }) => total),
    minor: since(({ minor }) => minor),
    major: since(({ major }) => major),
  };
}

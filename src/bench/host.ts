/**
 * The main job on the simulated kernel beside the same loop on the kernel of this machine: as many
 * threads, as much memory each, in turn. The second is a C program, because that is the loop with
 * nothing in the way; it is compiled on the spot.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, freemem, release, tmpdir, type as osType } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../stats/median.js';
import { BenchError } from './bench-error.js';
import { complaintIn, runChild } from './child-process.js';
import { runMainJob, type MainJob } from './engine-rate.js';
import { valueOf } from './measure.js';
import { figure, textTable } from './text-table.js';

const SOURCE = fileURLToPath(new URL('../../workloads/host/fault-munmap.c', import.meta.url));
const COMPILER_OPTIONS = ['-O2', '-pthread'];
const BYTES_PER_THREAD_MAX = 2 ** 30;
const PAGE_BYTES = 4096;
/** Part of the memory now free that all threads together may touch. */
const MEMORY_SHARE = 0.5;
const WINDOW_SECONDS = 2;
/** Faults that the kernel counts beside ours: stacks, the C library, a thread's start. */
const STRAY_FAULTS_MAX = 1000;

export interface HostRound {
  readonly hostFaultsPerSecond: number;
  readonly simulatedFaultsPerSecond: number;
}

export interface HostComparison extends MainJob {
  readonly hostKernel: string;
  readonly rounds: readonly HostRound[];
}

/** How much each thread may map so that the real pages of all of them fit into free memory. */
export function bytesPerThread(threads: number, freeBytes: number): number {
  const fitting = Math.floor((freeBytes * MEMORY_SHARE) / threads / PAGE_BYTES) * PAGE_BYTES;
  if (fitting < PAGE_BYTES) throw new BenchError('--host: too little free memory on this machine');
  return Math.min(fitting, BYTES_PER_THREAD_MAX);
}

async function compile(directory: string, signal: AbortSignal): Promise<string> {
  const program = path.join(directory, 'fault-munmap');
  const args = [...COMPILER_OPTIONS, '-o', program, SOURCE];
  const compiled = await runChild('cc', args, { signal });
  if (!compiled.ok)
    throw new BenchError(`cc cannot compile ${SOURCE}: ${complaintIn(compiled.stderr)}`);
  return program;
}

/** Faults per second that the C program reports; throws when it did not do what it stands for. */
export function parseHostReport(text: string): number {
  const report = JSON.parse(text) as Record<'faultsPerSecond' | 'faults' | 'minorFaults', number>;
  const { faultsPerSecond, faults, minorFaults } = report;
  // Fewer faults than pages means huge pages: a cheaper job than the one that is simulated.
  if (Math.abs(minorFaults - faults) > STRAY_FAULTS_MAX + faults * 0.01) {
    throw new BenchError(
      `--host: the kernel took ${minorFaults} faults for ${faults} pages, so not one for each`,
    );
  }
  return faultsPerSecond;
}

async function runHostJob(program: string, job: MainJob, signal: AbortSignal): Promise<number> {
  const args = [job.tasks, job.bytesPerTask, job.seconds].map(String);
  const { ok, stdout, stderr } = await runChild(program, args, { signal });
  if (!ok) throw new BenchError(`the loop on the host kernel failed: ${complaintIn(stderr)}`);
  return parseHostReport(stdout);
}

export async function compareWithHost(
  options: { readonly threads: number; readonly rounds: number },
  signal: AbortSignal,
  onStage: (what: string) => void,
): Promise<HostComparison> {
  const tasks = options.threads === 0 ? availableParallelism() : options.threads;
  const job = { tasks, bytesPerTask: bytesPerThread(tasks, freemem()), seconds: WINDOW_SECONDS };
  const scratch = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-host-'));
  try {
    const program = await compile(scratch, signal);
    const host = (): Promise<number> => runHostJob(program, job, signal);
    const simulated = async (): Promise<number> =>
      valueOf(await runMainJob(job, signal), 'faults/s');
    onStage('warm-up');
    await host();
    const rounds: HostRound[] = [];
    for (let round = 0; round < options.rounds; round++) {
      onStage(`round ${round + 1} of ${options.rounds}`);
      // A B B A: what drifts on the machine hits both sides alike.
      if (round % 2 === 0) {
        const hostFaultsPerSecond = await host();
        rounds.push({ hostFaultsPerSecond, simulatedFaultsPerSecond: await simulated() });
      } else {
        const simulatedFaultsPerSecond = await simulated();
        rounds.push({ hostFaultsPerSecond: await host(), simulatedFaultsPerSecond });
      }
    }
    return { ...job, hostKernel: `${osType()} ${release()}`, rounds };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export function hostText({ tasks, bytesPerTask, hostKernel, rounds }: HostComparison): string {
  const row = (
    name: string,
    values: readonly number[],
    write: (value: number) => string,
  ): string[] => [
    name,
    write(median(values)),
    `${write(Math.min(...values))} .. ${write(Math.max(...values))}`,
  ];
  const host = rounds.map((round) => round.hostFaultsPerSecond);
  const simulated = rounds.map((round) => round.simulatedFaultsPerSecond);
  const ratios = rounds.map((_, round) => simulated[round]! / host[round]!);
  const heading =
    `fault-munmap, pristine, ${tasks} threads, one address space, ` +
    `${figure(bytesPerTask / 2 ** 20)} MiB each, ${rounds.length} rounds\n\n`;
  const table = textTable([
    ['page faults/s', 'median', 'min .. max of rounds'],
    row(`this machine's kernel (${hostKernel})`, host, figure),
    row('simulated kernel', simulated, figure),
    row('ratio', ratios, (ratio) => ratio.toFixed(1)),
  ]);
  return heading + table;
}

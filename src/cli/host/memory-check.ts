/** Whether there is memory for what stress-ng is told to use. */
import { readFileSync } from 'node:fs';
import { parseJobFile } from '../../workload/job-file.js';
import { formatSize } from '../../report/format.js';
import { parseBytes, parsePercent } from '../units.js';
import { isGiven, lastValueOf, valuesOf } from './stress-options.js';

export interface Memory {
  /** Bytes that can be had without swapping. */
  readonly available: number;
  readonly total: number;
}

/** A sentence for whoever has to decide; undefined if it fits. */
export function shortage(words: readonly string[], memory: Memory): string | undefined {
  const bytes = bytesWanted(words, memory.total);
  if (bytes <= memory.available) return undefined;
  const size = formatSize(Math.round(bytes));
  return `stress-ng is to use ${size}, and ${formatSize(memory.available)} of memory are available`;
}

/**
 * The sizes of all stressors (`--mmap-bytes`, `--vm-bytes`), each a total of its instances; those that
 * run one after the other need the largest. What is given no size takes 256 MiB at most, and counts
 * as nothing.
 */
function bytesWanted(words: readonly string[], total: number): number {
  const all = [...words, ...wordsOfJob(words)];
  const sizes = valuesOf(all, /-bytes$/).map(({ value }) => sizeOf(value, total) ?? 0);
  return isGiven(all, 'sequential')
    ? Math.max(0, ...sizes)
    : sizes.reduce((sum, size) => sum + size, 0);
}

function sizeOf(text: string, total: number): number | undefined {
  const share = parsePercent(text);
  return share === undefined ? parseBytes(text) : share * total;
}

/** What is wrong with a job file is told when it is read to be run. */
function wordsOfJob(words: readonly string[]): string[] {
  const file = lastValueOf(words, 'job');
  if (file === undefined) return [];
  try {
    const { mode, options } = parseJobFile(readFileSync(file, 'utf8'));
    const given = options.flatMap(({ name, args }) => [`--${name}`, ...args]);
    return mode === 'sequential' ? ['--sequential', ...given] : given;
  } catch {
    return [];
  }
}

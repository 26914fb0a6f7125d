/** Lines in stress-ng's manner, read with stressors that do nothing. */
import { expect } from 'vitest';
import type { Plan } from '../../../plan/plan.js';
import type { StressEntry, StressPlan } from '../../../plan/stress.js';
import { UsageError } from '../../usage-error.js';
import { readStressLine, type StressLine, type StressRun } from '../stress-line.js';
import { FAKE_HOGS, FAKE_HOST } from './fake-hogs.js';

/** `job` is what every job file says. */
export function lineOf(line: string, job = ''): StressLine {
  const context = { hogs: FAKE_HOGS, host: FAKE_HOST, readJobFile: () => job };
  return readStressLine(line.split(' ').filter(Boolean), context);
}

export function runOf(line: string, job?: string): StressRun {
  const read = lineOf(line, job);
  if (read.kind !== 'run') throw new Error(`no run: ${JSON.stringify(read)}`);
  return read;
}

/** The only plan of a line. */
export function planOf(line: string, job?: string): Plan & { readonly stress: StressPlan } {
  const { plans } = runOf(line, job);
  expect(plans).toHaveLength(1);
  const { stress } = plans[0]!;
  if (stress === undefined) throw new Error('no stressors');
  return { ...plans[0]!, stress };
}

/** Of all plans in turn. */
export function entriesOf(line: string, job?: string): readonly StressEntry[] {
  return runOf(line, job).plans.flatMap(({ stress }) => stress?.entries ?? []);
}

/** `2 mmap` of every entry. */
export function dispatched(line: string, job?: string): string[] {
  return entriesOf(line, job).map(({ instances, stressor }) => `${instances} ${stressor}`);
}

export function usageError(line: string, job?: string): string {
  try {
    lineOf(line, job);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error(`accepted: ${line}`);
}

/** `--times`: what all stressors together took of the CPUs' time. */
import { fixed } from './c-format.js';
import { info, type Message } from './message.js';
import { ratio, sumOf, type StressRun } from './stress-run.js';

export interface RunTimes {
  readonly runSeconds: number;
  /** Of all configured CPUs. */
  readonly availableSeconds: number;
  /** Whole ticks of 0.01 s, in which the kernel tells them. */
  readonly userSeconds: number;
  readonly systemSeconds: number;
  readonly totalSeconds: number;
  /** Over 1, 5 and 15 minutes. */
  readonly loadAverages: readonly [number, number, number];
}

export const TICKS_PER_SECOND = 100;

/**
 * The load is what so many busy CPUs make of an idle machine's in the time that the run took: Linux
 * lets the past fade by the same law. Tasks that sleep for the disk are not in it.
 */
export function timesOf({ entries, durationSeconds, machine }: StressRun): RunTimes {
  const instances = entries.flatMap((entry) => entry.instances);
  const userTicks = ticksOf(sumOf(instances, ({ userNs }) => userNs));
  const systemTicks = ticksOf(sumOf(instances, ({ systemNs }) => systemNs));
  const totalSeconds = (userTicks + systemTicks) / TICKS_PER_SECOND;
  const busyCpus = ratio(totalSeconds, durationSeconds);
  const load = (minutes: number): number =>
    busyCpus * (1 - Math.exp(-durationSeconds / (60 * minutes)));
  return {
    runSeconds: durationSeconds,
    availableSeconds: machine.cpusConfigured * durationSeconds,
    userSeconds: userTicks / TICKS_PER_SECOND,
    systemSeconds: systemTicks / TICKS_PER_SECOND,
    totalSeconds,
    loadAverages: [load(1), load(5), load(15)],
  };
}

export function percentOf(seconds: number, { availableSeconds }: RunTimes): number {
  return ratio(100 * seconds, availableSeconds);
}

export function timesMessages(times: RunTimes): Message[] {
  const share = (name: string, value: number): string => {
    const percent = fixed(percentOf(value, times), 2).padStart(6);
    return `${seconds(value)} ${name} (${percent}%)`;
  };
  return [
    `for a ${fixed(times.runSeconds, 2)}s run time:`,
    `${seconds(times.availableSeconds)} available CPU time`,
    share('user time  ', times.userSeconds),
    share('system time', times.systemSeconds),
    share('total time ', times.totalSeconds),
    `load average: ${times.loadAverages.map((load) => fixed(load, 2)).join(' ')}`,
  ].map(info);
}

function seconds(value: number): string {
  return `  ${fixed(value, 2).padStart(8)}s`;
}

function ticksOf(ns: number): number {
  return Math.floor((ns * TICKS_PER_SECOND) / 1e9);
}

/** What Linux counts about the machine while a run is on; all null on other systems. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { HostConditions } from '../../samples/host-conditions.js';

/** Counters that only grow, and the limit of the control group. */
export interface HostCounters {
  /** CPU time of the whole machine, in ticks of any length. */
  readonly ticks: CpuTicks | null;
  /** CPU time of this process, seconds. */
  readonly ownSeconds: number;
  readonly cpuLimit: number | null;
  readonly throttledPeriods: number | null;
  readonly thermalThrottles: number | null;
}

interface CpuTicks {
  readonly all: number;
  readonly busy: number;
  readonly stolen: number;
  readonly cpus: number;
}

/** `root` is where the file system of the machine begins; tests have one of their own. */
export function readHostCounters(root = '/'): HostCounters {
  const { user, system } = process.cpuUsage();
  return {
    ticks: cpuTicks(root),
    ownSeconds: (user + system) / 1e6,
    ...controlGroup(root),
    thermalThrottles: thermalThrottles(root),
  };
}

/** `seconds` of wall clock lie between the two; `cpus` are those that the process can run on. */
export function conditionsBetween(
  before: HostCounters,
  after: HostCounters,
  seconds: number,
  cpus: number,
): HostConditions {
  const grown = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : Math.max(0, to - from);
  return {
    cpus,
    stolenShare: stolenShare(before.ticks, after.ticks),
    othersCpus: othersCpus(before, after, seconds),
    cpuLimit: after.cpuLimit,
    throttledPeriods: grown(before.throttledPeriods, after.throttledPeriods),
    thermalThrottles: grown(before.thermalThrottles, after.thermalThrottles),
  };
}

function stolenShare(before: CpuTicks | null, after: CpuTicks | null): number | null {
  if (before === null || after === null || after.all <= before.all) return null;
  return (after.stolen - before.stolen) / (after.all - before.all);
}

function othersCpus(before: HostCounters, after: HostCounters, seconds: number): number | null {
  if (before.ticks === null || after.ticks === null || seconds <= 0) return null;
  const all = after.ticks.all - before.ticks.all;
  if (all <= 0) return null;
  const busyCpus = ((after.ticks.busy - before.ticks.busy) / all) * after.ticks.cpus;
  return Math.max(0, busyCpus - (after.ownSeconds - before.ownSeconds) / seconds);
}

/** First line of /proc/stat: user nice system idle iowait irq softirq steal; guests are within user. */
function cpuTicks(root: string): CpuTicks | null {
  const text = contents(root, 'proc/stat');
  const numbers =
    /^cpu +(.*)$/m
      .exec(text ?? '')?.[1]
      ?.split(' ')
      .map(Number) ?? [];
  const [user, nice, system, idle, ioWait, irq, softIrq, stolen] = numbers;
  if (text === null || user === undefined || nice === undefined || system === undefined)
    return null;
  if (idle === undefined || ioWait === undefined || irq === undefined) return null;
  if (softIrq === undefined || stolen === undefined) return null;
  const busy = user + nice + system + irq + softIrq;
  const cpus = text.match(/^cpu\d/gm)?.length ?? 1;
  return { all: busy + idle + ioWait + stolen, busy, stolen, cpus };
}

/** The tightest limit from the process's control group up, and how often any of them was used up. */
function controlGroup(root: string): Pick<HostCounters, 'cpuLimit' | 'throttledPeriods'> {
  const limits: number[] = [];
  let throttledPeriods: number | null = null;
  for (const folder of controlGroupFolders(root)) {
    const throttled = /^nr_throttled (\d+)/m.exec(contents(folder, 'cpu.stat') ?? '')?.[1];
    if (throttled !== undefined) throttledPeriods = (throttledPeriods ?? 0) + Number(throttled);
    const limit = limitOf(folder);
    if (limit !== null) limits.push(limit);
  }
  return { cpuLimit: limits.length === 0 ? null : Math.min(...limits), throttledPeriods };
}

/** CPUs at a time: `cpu.max` of version 2 is `QUOTA PERIOD`, version 1 has a file for each. */
function limitOf(folder: string): number | null {
  const max = contents(folder, 'cpu.max')?.trim().split(' ');
  const [quota, period] = max ?? [
    contents(folder, 'cpu.cfs_quota_us'),
    contents(folder, 'cpu.cfs_period_us'),
  ];
  const limit = Number(quota ?? Number.NaN) / Number(period ?? Number.NaN);
  return limit > 0 && Number.isFinite(limit) ? limit : null;
}

/** Folders of the process's group and of all above it, for both versions of control groups. */
function controlGroupFolders(root: string): string[] {
  const lines = (contents(root, 'proc/self/cgroup') ?? '').split('\n');
  return lines.flatMap((line) => {
    const [, controllers, group] = /^\d+:([^:]*):\/(.*)$/.exec(line) ?? [];
    if (controllers === undefined || group === undefined) return [];
    if (controllers !== '' && !controllers.split(',').includes('cpu')) return [];
    const mount = path.join(root, 'sys/fs/cgroup', controllers);
    const parts = group.split('/').filter((part) => part !== '');
    return [...parts.keys(), parts.length].map((depth) =>
      path.join(mount, ...parts.slice(0, depth)),
    );
  });
}

/** Intel counts per core and per package; summing both only matters for whether there were any. */
function thermalThrottles(root: string): number | null {
  const folder = path.join(root, 'sys/devices/system/cpu');
  const counts = entries(folder)
    .filter((name) => /^cpu\d+$/.test(name))
    .flatMap((cpu) =>
      ['core_throttle_count', 'package_throttle_count'].map((file) =>
        contents(path.join(folder, cpu, 'thermal_throttle'), file),
      ),
    )
    .filter((text) => text !== null);
  return counts.length === 0 ? null : counts.reduce((sum, text) => sum + Number(text), 0);
}

/** Null where there is no such file or nobody may read it: then the system does not say. */
function contents(folder: string, file: string): string | null {
  try {
    return readFileSync(path.join(folder, file), 'utf8');
  } catch {
    return null;
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conditionsBetween, readHostCounters } from './host-counters.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'host-counters-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Files of a machine: the path from the root, and what is in it. */
function machine(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
}

/** user nice system idle iowait irq softirq steal guest guest_nice of a machine with two CPUs. */
const stat = (numbers: string): string => `cpu  ${numbers}\ncpu0 1\ncpu1 1\nintr 5\n`;

describe('host counters', () => {
  it('share stolen time and that of others out over the run', () => {
    machine({ 'proc/stat': stat('1000 0 100 900 0 0 0 10 0 0') });
    const before = { ...readHostCounters(root), ownSeconds: 1 };
    machine({ 'proc/stat': stat('1140 0 120 920 0 0 0 30 0 0') });
    const after = { ...readHostCounters(root), ownSeconds: 2 };
    // 200 ticks on two CPUs in one second: 160 busy are 1.6 CPUs, of which the process used 1.
    const conditions = conditionsBetween(before, after, 1, 2);
    expect(conditions.stolenShare).toBeCloseTo(0.1, 12);
    expect(conditions.othersCpus).toBeCloseTo(0.6, 12);
  });

  it('read limits and throttling of version 2, from the group up', () => {
    machine({
      'proc/self/cgroup': '0::/jobs/job7\n',
      'sys/fs/cgroup/jobs/cpu.max': '150000 100000\n',
      'sys/fs/cgroup/jobs/cpu.stat': 'usage_usec 5\nnr_periods 9\nnr_throttled 4\n',
      'sys/fs/cgroup/jobs/job7/cpu.max': 'max 100000\n',
      'sys/fs/cgroup/jobs/job7/cpu.stat': 'nr_periods 0\nnr_throttled 0\n',
    });
    expect(readHostCounters(root)).toMatchObject({ cpuLimit: 1.5, throttledPeriods: 4 });
  });

  it('read limits and throttling of version 1', () => {
    machine({
      'proc/self/cgroup': '3:memory:/\n2:cpu,cpuacct:/docker/1\n0::/\n',
      'sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us': '50000\n',
      'sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us': '100000\n',
      'sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.stat': 'nr_throttled 2\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    });
    expect(readHostCounters(root)).toMatchObject({ cpuLimit: 0.5, throttledPeriods: 2 });
  });

  it('count throttling by heat over all CPUs', () => {
    machine({
      'sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count': '3\n',
      'sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count': '4\n',
      'sys/devices/system/cpu/cpufreq/boost': '1\n',
    });
    const before = readHostCounters(root);
    machine({ 'sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count': '6\n' });
    expect(conditionsBetween(before, readHostCounters(root), 1, 2).thermalThrottles).toBe(2);
  });

  it('say nothing where the system does not', () => {
    const nothing = readHostCounters(root);
    expect(conditionsBetween(nothing, nothing, 1, 2)).toEqual({
      cpus: 2,
      stolenShare: null,
      othersCpus: null,
      cpuLimit: null,
      throttledPeriods: null,
      thermalThrottles: null,
    });
    machine({ 'proc/stat': 'cpu 1 2\n', 'proc/self/cgroup': 'nonsense\n' });
    expect(readHostCounters(root)).toMatchObject({ ticks: null, cpuLimit: null });
  });
});

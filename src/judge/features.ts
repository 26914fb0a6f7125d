/** What the Linux underneath is, so that the model is set up alike and nothing is asked that it lacks. */
import { existsSync, readFileSync, statSync, statfsSync } from 'node:fs';
import os from 'node:os';
import type { ThpMode } from '../mm/kernel-rules.js';
import { ANONYMOUS, MADV, PROT } from '../mm/uapi.js';
import { PAGE_SIZE } from '../mm/layout.js';
import { must, SYS, syscall } from './syscalls.js';

export interface Features {
  /** `6.18`. */
  readonly release: string;
  readonly thp: ThpMode;
  /** Whether madvise knows MADV_MERGEABLE (CONFIG_KSM). */
  readonly hasKsm: boolean;
  /** Anonymous pages may be swapped out. */
  readonly hasSwap: boolean;
  /** Memory that may be executed and nothing else is really that (protection keys). */
  readonly executesOnly: boolean;
  /** Huge pages may be had. */
  readonly hasHugetlb: boolean;
  /** CAP_IPC_LOCK: RLIMIT_MEMLOCK does not count. */
  readonly mayLockAll: boolean;
  readonly memlockBytes: number;
  readonly maxMapCount: number;
  /** The folder is on a file system with blocks underneath, as the model's disk files are. */
  readonly hasDisk: boolean;
  /** Pages that are read from it at a time. */
  readonly readAheadPages: number;
}

const CAP_IPC_LOCK = 14;
/** `struct statfs` f_type of ext4 and xfs. */
const DISK_TYPES = [0xef53, 0x5846_5342];

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function numberIn(file: string, pattern: RegExp, otherwise: number): number {
  const found = pattern.exec(read(file))?.[1];
  return found === undefined ? otherwise : Number(found);
}

function knowsMergeable(): boolean {
  const at = must('mmap', syscall(SYS.mmap, 0, PAGE_SIZE, PROT.read, ANONYMOUS, -1, 0));
  const result = syscall(SYS.madvise, at, PAGE_SIZE, MADV.mergeable);
  must('munmap', syscall(SYS.munmap, at, PAGE_SIZE));
  return result === 0;
}

function thpMode(): ThpMode {
  const chosen = /\[(\w+)\]/.exec(read('/sys/kernel/mm/transparent_hugepage/enabled'))?.[1];
  return chosen === 'always' || chosen === 'madvise' ? chosen : 'never';
}

/** read_ahead_kb of the device that the folder is on; Linux' own value where it does not say. */
function readAheadPages(folder: string): number {
  const device = statSync(folder).dev;
  const file = `/sys/class/bdi/${device >>> 8}:${device & 255}/read_ahead_kb`;
  return numberIn(file, /(\d+)/, 128) / (PAGE_SIZE / 1024);
}

/** Whether there is a Linux here that programs can be run on. */
export function canJudge(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** `diskFolder`: where files of the kind `disk` are made. */
export function probeFeatures(diskFolder: string): Features {
  const capabilities = BigInt(`0x${/CapEff:\s*(\w+)/.exec(read('/proc/self/status'))?.[1] ?? '0'}`);
  const memlock = /Max locked memory\s+(\w+)/.exec(read('/proc/self/limits'))?.[1] ?? 'unlimited';
  const reserve = /HugePages_Total:\s*(\d+)/;
  const surplus = '/proc/sys/vm/nr_overcommit_hugepages';
  return {
    release: os.release().split('.').slice(0, 2).join('.'),
    thp: thpMode(),
    hasKsm: knowsMergeable(),
    hasSwap: read('/proc/swaps').trim().split('\n').length > 1,
    executesOnly: /\bospke\b/.test(read('/proc/cpuinfo')),
    hasHugetlb: numberIn('/proc/meminfo', reserve, 1) + numberIn(surplus, /(\d+)/, 0) > 0,
    mayLockAll: ((capabilities >> BigInt(CAP_IPC_LOCK)) & 1n) === 1n,
    memlockBytes: memlock === 'unlimited' ? Infinity : Number(memlock),
    maxMapCount: numberIn('/proc/sys/vm/max_map_count', /(\d+)/, 65_530),
    hasDisk: DISK_TYPES.includes(statfsSync(diskFolder).type),
    readAheadPages: readAheadPages(diskFolder),
  };
}

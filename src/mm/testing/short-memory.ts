/**
 * A CPU on which one chosen step finds all memory gone: no frame, page table, VMA or file record is to
 * be had during that step and the two after it, in which a fault asks again, and all are there again
 * then. So a single allocation fails, wherever it is, without the kernel model knowing.
 */
import type { KernelMemory } from '../kernel-memory.js';
import { PCP, PCP_RING, POOL } from '../layout.js';
import { filePool, tablePool, vmaPool, type Pool } from '../pool.js';
import { TestCpu, testMachine, type TestMachine } from './test-machine.js';
import type { Geometry } from '../kernel-memory.js';

/** Steps that a fault takes to ask its CPU's list, the zone, and the zone again. */
const ASKS_AGAIN = 2;

export class ShortCpu extends TestCpu {
  /** Steps in which something was allocated, counted from 1. */
  readonly allocating: number[] = [];
  readonly #failAt: number;
  #step = 0;
  #inUse: number;
  #restore: (() => void) | undefined = undefined;

  /** `failAt` 0: no step fails. */
  constructor(km: KernelMemory, failAt: number) {
    super(km, 0);
    this.#failAt = failAt;
    this.#inUse = inUse(km, this.pcp);
  }

  /** The kernel model asks this before every step that others may see: the step before it is over. */
  override mustYield(): boolean {
    const isHiding = this.#restore !== undefined && this.#step < this.#failAt + ASKS_AGAIN;
    if (!isHiding) this.endStep();
    this.#step += 1;
    if (this.#step === this.#failAt) this.#restore = hideMemory(this.km, this.pcp);
    return false;
  }

  /** Memory is back; to be called after a call has returned. */
  endStep(): void {
    this.#restore?.();
    this.#restore = undefined;
    const now = inUse(this.km, this.pcp);
    if (now > this.#inUse) this.allocating.push(this.#step);
    this.#inUse = now;
  }
}

export function shortMachine(
  geometry: Partial<Geometry>,
  failAt: number,
): TestMachine & { readonly cpu: ShortCpu } {
  const machine = testMachine({ ...geometry, tasks: 1 });
  const cpu = new ShortCpu(machine.km, failAt);
  return { ...machine, cpus: [cpu], cpu };
}

function pools(km: KernelMemory): Pool[] {
  return [tablePool(km), vmaPool(km), filePool(km)];
}

function pcpLength({ words }: KernelMemory, pcp: number): number {
  return (words[pcp + PCP.head]! - words[pcp + PCP.tail]!) | 0;
}

/** Records and frames that somebody has. */
function inUse(km: KernelMemory, pcp: number): number {
  const { words, at } = km;
  const frames = words[at.zone + POOL.brk]! - words[at.zone + POOL.free]! - pcpLength(km, pcp);
  return pools(km).reduce(
    (sum, pool) => sum + words[pool.at + POOL.brk]! - words[pool.at + POOL.free]!,
    frames,
  );
}

/** Takes all that is free away; what it returns gives it back, beside what was freed meanwhile. */
function hideMemory(km: KernelMemory, pcp: number): () => void {
  const restores = [
    ...pools(km).map((pool) => hidePool(km, pool)),
    hideList(km, pcp),
    hideZone(km),
  ];
  return () => {
    for (const restore of restores) restore();
  };
}

function hidePool({ words }: KernelMemory, pool: Pool): () => void {
  const head = words[pool.at + POOL.head]!;
  const brk = words[pool.at + POOL.brk]!;
  words[pool.at + POOL.head] = 0;
  words[pool.at + POOL.brk] = pool.capacity;
  return () => {
    words[pool.at + POOL.brk] = brk;
    let last = words[pool.at + POOL.head]!;
    if (last === 0) words[pool.at + POOL.head] = head;
    if (last === 0) return;
    const link = (record: number): number => pool.link + record * pool.stride;
    while (words[link(last)] !== 0) last = words[link(last)]!;
    words[link(last)] = head;
  };
}

function hideList(km: KernelMemory, pcp: number): () => void {
  const { words } = km;
  const ring = (at: number): number => pcp + PCP.ring + (at & (PCP_RING - 1));
  const tail = words[pcp + PCP.tail]!;
  const hidden = Array.from({ length: pcpLength(km, pcp) }, (_, i) => words[ring(tail + i)]!);
  words[pcp + PCP.head] = tail;
  return () => {
    for (const frame of hidden) {
      words[ring(words[pcp + PCP.head]!)] = frame;
      words[pcp + PCP.head]! += 1;
    }
  };
}

function hideZone({ words, at, geometry }: KernelMemory): () => void {
  const brk = words[at.zone + POOL.brk]!;
  const head = words[at.zone + POOL.head]!;
  words[at.zone + POOL.brk] = geometry.frames;
  words[at.zone + POOL.head] = 0;
  return () => {
    words[at.zone + POOL.brk] = brk;
    words[at.zone + POOL.head] = head;
  };
}

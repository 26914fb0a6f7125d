/** Named kernels: what `--kernels` chooses from. */
import { mainline } from './munmap/mainline.js';
import { patched } from './munmap/patched.js';
import { pristine } from './munmap/pristine.js';
import type { MunmapStrategy } from './munmap/strategy.js';

export interface Kernel {
  readonly name: string;
  readonly munmap: MunmapStrategy;
  /** By how much the rate of its tasks is to fall, by work that is planted in it, %; else 0. */
  readonly plantedPercent: number;
}

const KERNELS: readonly Kernel[] = [pristine, patched, mainline].map((munmap) => ({
  name: munmap.name,
  munmap,
  plantedPercent: 0,
}));

/** A kernel that spends more than half of its time on nothing tests nothing. */
const PLANTED_PERCENT_MAX = 50;

/** Every kernel's name, and in one line which kernel does it this way. */
export function describeKernels(): { name: string; title: string }[] {
  return KERNELS.map(({ name, munmap }) => ({ name, title: munmap.title }));
}

export function kernelNames(): string[] {
  return KERNELS.map((kernel) => kernel.name);
}

/**
 * The parts of `NAME` and of `NAME+P%`, which is the kernel NAME with a slow-down of P % planted, P a
 * decimal above 0 and up to 50; it says nothing about NAME. Undefined for what has another form.
 */
export function partsOfKernelName(
  name: string,
): { readonly stem: string; readonly plantedPercent: number } | undefined {
  if (!name.includes('+')) return { stem: name, plantedPercent: 0 };
  const [, stem, percent] = /^([^+]*)\+(\d{1,2}(?:\.\d{1,6})?)%$/.exec(name) ?? [];
  const plantedPercent = Number(percent);
  const isPlanted = plantedPercent > 0 && plantedPercent <= PLANTED_PERCENT_MAX;
  return stem !== undefined && isPlanted ? { stem, plantedPercent } : undefined;
}

/** Throws for a name that is neither in kernelNames() nor one of these with a slow-down planted. */
export function kernelByName(name: string): Kernel {
  const parts = partsOfKernelName(name);
  const kernel = KERNELS.find((candidate) => candidate.name === parts?.stem);
  if (kernel === undefined || parts === undefined) throw new Error(`no kernel is called '${name}'`);
  const { plantedPercent } = parts;
  return plantedPercent === 0 ? kernel : { ...kernel, name, plantedPercent };
}

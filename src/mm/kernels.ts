/** Named kernels: what `--kernels` chooses from. */
import { mainline } from './munmap/mainline.js';
import { patched } from './munmap/patched.js';
import { pristine } from './munmap/pristine.js';
import type { MunmapStrategy } from './munmap/strategy.js';

export interface Kernel {
  readonly name: string;
  readonly munmap: MunmapStrategy;
}

const KERNELS: readonly Kernel[] = [pristine, patched, mainline].map((munmap) => ({
  name: munmap.name,
  munmap,
}));

/** Every kernel's name, and in one line which kernel does it this way. */
export function describeKernels(): { name: string; title: string }[] {
  return KERNELS.map(({ name, munmap }) => ({ name, title: munmap.title }));
}

export function kernelNames(): string[] {
  return KERNELS.map((kernel) => kernel.name);
}

/** Throws for a name that is not in kernelNames(). */
export function kernelByName(name: string): Kernel {
  const kernel = KERNELS.find((candidate) => candidate.name === name);
  if (kernel === undefined) throw new Error(`no kernel is called '${name}'`);
  return kernel;
}

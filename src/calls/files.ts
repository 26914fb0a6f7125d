/** The files that a program maps: one for each path, or for each number where no path is told. */
import type { SimulatedProcess } from '../process/process.js';
import { BadCalls } from './bad-calls.js';
import { MAP } from '../mm/uapi.js';
import type { CallStep, GivenMapping, Program } from './program.js';

/** As `openProcess` wants it. */
export type OpenFile = SimulatedProcess['open'];

const PAGE_BYTES = 4096;

/** Paths of what is in memory, not on a disk. */
const IN_MEMORY = /^(?:\/dev\/shm\/|\/dev\/zero|\/memfd:|\/run\/|\/SYSV)/;

/** What an mmap maps; undefined where it maps no file, or one that cannot be open. */
export function fileOfCall({ name, args, path }: CallStep): string | undefined {
  const [, , , flags = 0, fd = -1] = args;
  if (name !== 'mmap' || (flags & MAP.anonymous) !== 0 || fd < 0) return undefined;
  return path ?? `fd ${fd}`;
}

/** The same of a line of /proc/PID/maps; what the kernel maps itself counts as a file. */
export function fileOfMapping({ name }: GivenMapping): string | undefined {
  return name === '' || ANONYMOUS.test(name) ? undefined : name;
}

const ANONYMOUS = /^\[(?:heap|stack.*|anon:.*)\]$/;

/** Bytes that each file must have for every mapping of it to lie inside, whole pages. */
function sizes({ mappings, steps }: Program): Map<string, number> {
  const found = new Map<string, number>();
  const needs = (file: string | undefined, end: number): void => {
    if (file === undefined || !Number.isSafeInteger(end)) return;
    const bytes = Math.ceil(end / PAGE_BYTES) * PAGE_BYTES;
    found.set(file, Math.max(bytes, found.get(file) ?? 0));
  };
  for (const mapping of mappings) {
    needs(fileOfMapping(mapping), mapping.offset + mapping.end - mapping.start);
  }
  for (const step of steps) {
    if (step.name !== 'touch') needs(fileOfCall(step), step.args[1]! + step.args[5]!);
  }
  return found;
}

/** Opens files when they are first mapped, each as large as all its mappings together need. */
export class Files {
  readonly #handles = new Map<string, number>();
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #open: OpenFile;

  constructor(program: Program, open: OpenFile) {
    this.#sizes = sizes(program);
    this.#open = open;
  }

  /** Throws BadCalls where the simulated machine has no room for another one. */
  handleOf(file: string, line: number): number {
    const known = this.#handles.get(file);
    if (known !== undefined) return known;
    const kind = IN_MEMORY.test(file) ? 'tmpfs' : 'disk';
    const handle = this.#open(kind, this.#sizes.get(file) ?? PAGE_BYTES, file);
    if (handle === 0) {
      throw new BadCalls(
        `line ${line}: the simulated machine has no room for file '${file}', number ${this.#handles.size + 1}`,
      );
    }
    this.#handles.set(file, handle);
    return handle;
  }
}

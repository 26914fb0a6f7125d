/** A task's share of the memory, as stressors map it: anonymous, or the whole of a file of its own. */
import { createFile, putFile, type FileKind } from '../mm/file.js';
import { FILE_KIND, PAGE_SIZE } from '../mm/layout.js';
import { mmap, type MmapRequest } from '../mm/mmap.js';
import { munmap } from '../mm/munmap/strategy.js';
import type { Op } from '../mm/op.js';
import { populate } from '../mm/populate.js';
import { ANONYMOUS, MAP } from '../mm/uapi.js';
import { VM_READ, VM_WRITE } from '../mm/vma.js';
import type { Backing } from '../plan/memory.js';
import { assert } from '../util/assert.js';
import type { StressorTask } from './stressor.js';

const KINDS: Readonly<Record<Backing, FileKind | undefined>> = {
  anonymous: undefined,
  disk: FILE_KIND.disk,
  tmpfs: FILE_KIND.tmpfs,
};

export class Share {
  readonly #task: StressorTask;
  readonly #how: Parameters<typeof munmap>[2];
  readonly #kind: FileKind | undefined;
  /** Kept open from the first mapping to `close`, so that its pages stay cached; 0 if there is none. */
  #file = 0;

  constructor(task: StressorTask) {
    const { kernel, thresholdPages, backing = 'anonymous' } = task;
    this.#task = task;
    this.#how = { strategy: kernel.munmap, thresholdPages };
    this.#kind = KINDS[backing];
  }

  /**
   * Maps the share: its address in bytes, or a negated errno. Anonymous neighbours that are mapped one
   * after the other get one large mapping. A file is mapped shared; it is a hole at first.
   */
  *tryMap(): Op<number> {
    const { cpu, mm, bytes } = this.#task;
    const kind = this.#kind;
    let request: MmapRequest = { bytes, prot: VM_READ | VM_WRITE, flags: ANONYMOUS };
    if (kind !== undefined) {
      if (this.#file === 0) this.#file = yield* createFile(cpu, kind, bytes);
      assert(this.#file !== 0, 'no file for a share');
      request = { ...request, flags: MAP.shared, file: this.#file };
    }
    return yield* mmap(cpu, mm, request);
  }

  *map(): Op<number> {
    const address = yield* this.tryMap();
    const { bytes } = this.#task;
    assert(address > 0, `a share of ${bytes} bytes cannot be mapped: errno ${-address}`);
    return address;
  }

  /** The same with every page present. */
  *mapPresent(): Op<number> {
    const { cpu, mm, bytes } = this.#task;
    const address = yield* this.map();
    const pages = bytes / PAGE_SIZE;
    const present = yield* populate(cpu, mm, address / PAGE_SIZE, pages);
    assert(present === pages, `${present} of ${pages} pages are present: memory ran out`);
    return address;
  }

  /** Unmaps the share in one call, as the task's kernel does it: 0 or a negated errno. */
  *tryUnmap(address: number): Op<number> {
    const { cpu, mm, bytes } = this.#task;
    return yield* munmap(cpu, mm, this.#how, address, bytes);
  }

  *unmap(address: number): Op<void> {
    const result = yield* this.tryUnmap(address);
    assert(result === 0, `munmap of a whole share returned ${result}`);
  }

  /** The task's last use of the share: its file goes with the last mapping. */
  *close(): Op<void> {
    if (this.#file !== 0) yield* putFile(this.#task.cpu, this.#file);
    this.#file = 0;
  }
}

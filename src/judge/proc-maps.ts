/** The lines of /proc/self/maps that lie in the arena, read only as far as needed. */
import { openSync } from 'node:fs';
import type { MapsLine } from './judged-process.js';
import { SYS, syscall, must, type SharedMemory } from './syscalls.js';

/** A page: seq_file hands out whole lines, at most so much at a time. */
const CHUNK_BYTES = 4096;
/** Enough for what usually lies below the arena; each line more costs the kernel half a microsecond. */
const FIRST_BYTES = 512;

/** `1000000000-1000004000 rw-p 00000000 00:00 0    /a name`. */
function mappingOf(line: string): MapsLine {
  const dash = line.indexOf('-');
  const space = line.indexOf(' ', dash);
  const offsetEnd = line.indexOf(' ', space + 6);
  const nameAt = line.indexOf('/', offsetEnd);
  return {
    start: Number.parseInt(line.slice(0, dash), 16),
    end: Number.parseInt(line.slice(dash + 1, space), 16),
    permissions: line.slice(space + 1, space + 5),
    offset: Number.parseInt(line.slice(space + 6, offsetEnd), 16),
    name: nameAt < 0 ? '' : line.slice(nameAt),
  };
}

export class ProcMaps {
  readonly #fd = openSync('/proc/self/maps', 'r');
  readonly #memory: SharedMemory;
  readonly #text: Buffer;
  #firstBytes = FIRST_BYTES;

  /** Writes the first CHUNK_BYTES of `memory`. */
  constructor(memory: SharedMemory) {
    this.#memory = memory;
    this.#text = Buffer.from(memory.bytes.buffer, memory.bytes.byteOffset, CHUNK_BYTES);
  }

  /** Mappings that touch [start, end), lowest first. */
  between(start: number, end: number): MapsLine[] {
    const found: MapsLine[] = [];
    let offset = 0;
    let rest = '';
    for (let bytes = this.#firstBytes; ; bytes = CHUNK_BYTES) {
      const got = must('read', syscall(SYS.pread, this.#fd, this.#memory.address, bytes, offset));
      if (got === 0) return found;
      offset += got;
      rest += this.#text.toString('latin1', 0, got);
      let from = 0;
      for (let to = rest.indexOf('\n'); to >= 0; to = rest.indexOf('\n', from)) {
        if (Number.parseInt(rest.slice(from, from + 16), 16) >= end) {
          this.#firstBytes = Math.min(Math.ceil((offset + 128) / 256) * 256, CHUNK_BYTES);
          return found;
        }
        const mapping = mappingOf(rest.slice(from, to));
        if (mapping.end > start) found.push(mapping);
        from = to + 1;
      }
      rest = rest.slice(from);
    }
  }
}

/** The simulated process as a JudgedProcess. */
import type { KernelRules } from '../mm/kernel-rules.js';
import { kernelByName } from '../mm/kernels.js';
import { PAGE_SIZE } from '../mm/layout.js';
import { openProcess } from '../process/lone-process.js';
import type { SimulatedProcess } from '../process/process.js';
import type { Features } from './features.js';
import type { JudgedProcess, MapsLine } from './judged-process.js';
import type { Program } from './program.js';
import { rulesOfRelease } from './rules-of-release.js';

/** Memory of the simulated machine: more than the programs can touch. */
const FRAMES = 8192;
/** More VMAs than an arena has pages. */
const MAX_MAP_COUNT = 8192;

function rulesFor(features: Features, memlockPages: number): KernelRules {
  const otherwise = features.mayLockAll ? Infinity : features.memlockBytes;
  const memlockBytes = memlockPages > 0 ? memlockPages * PAGE_SIZE : otherwise;
  const { thp, readAheadPages } = features;
  return { ...rulesOfRelease(features.release), thp, readAheadPages, memlockBytes };
}

export function modelProcess(program: Program, features: Features): JudgedProcess {
  const process = openProcess({
    kernel: kernelByName(program.kernel),
    thresholdPages: program.thresholdPages,
    rules: rulesFor(features, program.memlockPages),
    maxMapCount: program.roomVmas > 0 ? program.roomVmas : MAX_MAP_COUNT,
    frames: FRAMES,
  });
  return new ModelProcess(process);
}

class ModelProcess implements JudgedProcess {
  readonly #process: SimulatedProcess;
  readonly mmap: JudgedProcess['mmap'];
  readonly munmap: JudgedProcess['munmap'];
  readonly mprotect: JudgedProcess['mprotect'];
  readonly mremap: JudgedProcess['mremap'];
  readonly madvise: JudgedProcess['madvise'];
  readonly mlock: JudgedProcess['mlock'];
  readonly munlock: JudgedProcess['munlock'];
  readonly mincore: JudgedProcess['mincore'];
  readonly msync: JudgedProcess['msync'];
  readonly touch: JudgedProcess['touch'];
  readonly open: JudgedProcess['open'];
  readonly writeFile: JudgedProcess['writeFile'];
  readonly readFile: JudgedProcess['readFile'];
  readonly punchHole: JudgedProcess['punchHole'];
  readonly truncate: JudgedProcess['truncate'];
  readonly fsync: JudgedProcess['fsync'];

  constructor(process: SimulatedProcess) {
    this.#process = process;
    this.mmap = process.mmap.bind(process);
    this.munmap = process.munmap.bind(process);
    this.mprotect = process.mprotect.bind(process);
    this.mremap = process.mremap.bind(process);
    this.madvise = process.madvise.bind(process);
    this.mlock = process.mlock.bind(process);
    this.munlock = process.munlock.bind(process);
    this.mincore = process.mincore.bind(process);
    this.msync = process.msync.bind(process);
    this.touch = process.touch.bind(process);
    this.open = process.open.bind(process);
    this.writeFile = process.writeFile.bind(process);
    this.readFile = process.readFile.bind(process);
    this.punchHole = process.punchHole.bind(process);
    this.truncate = process.truncate.bind(process);
    this.fsync = process.fsync.bind(process);
  }

  get loaded(): number {
    return this.#process.loaded;
  }

  mappingsIn(start: number, end: number): readonly MapsLine[] {
    return this.#process.mappings().filter((mapping) => mapping.start < end && mapping.end > start);
  }

  minorFaults(): number {
    const { minor, kernelMinor } = this.#process.faults();
    return minor + kernelMinor;
  }

  majorFaults(): number {
    const { major, kernelMajor } = this.#process.faults();
    return major + kernelMajor;
  }

  check(): readonly string[] {
    return this.#process.check();
  }
}

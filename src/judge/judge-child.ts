/** The child process that programs are run in, from its parent's side. */
import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildSettings, Progress, Reply, Request } from './child-protocol.js';

/** The child ended without an answer. */
export interface Crash {
  readonly kind: 'crash';
  /** Undefined when no program was in flight yet. */
  readonly progress: Progress | undefined;
  readonly reason: string;
}

const CHILD = fileURLToPath(new URL('child.js', import.meta.url));

/** So that Node seldom takes page faults of its own between two looks at their number. */
const QUIET_NODE = [
  '--predictable',
  '--min-semi-space-size=1',
  '--max-semi-space-size=1',
  '--expose-gc',
];

/** A program takes some milliseconds. */
const HANGS_MS = 30_000;

export class JudgeChild {
  readonly #settings: ChildSettings;
  readonly #folder: string;
  readonly #shmFolder: string;
  readonly #progressFile: string;
  #child: ChildProcess | undefined;

  /** `close` it, for it owns temporary folders. */
  constructor(settings: Omit<ChildSettings, 'folders'>) {
    this.#folder = mkdtempSync(path.join(os.tmpdir(), 'mmsem-judge-'));
    this.#shmFolder = mkdtempSync('/dev/shm/mmsem-judge-');
    this.#progressFile = path.join(this.#folder, 'progress');
    this.#settings = { ...settings, folders: { disk: this.#folder, tmpfs: this.#shmFolder } };
  }

  #start(): ChildProcess {
    const fd = openSync(this.#progressFile, 'w');
    const stdio = ['ignore', 'ignore', 'pipe', 'ipc', fd] as const;
    const child = fork(CHILD, [JSON.stringify(this.#settings)], {
      stdio: [...stdio],
      execArgv: QUIET_NODE,
    });
    closeSync(fd);
    return child;
  }

  /** Its answer. After a crash the next request goes to a new child. */
  async ask<T extends Request>(request: T): Promise<Extract<Reply, { kind: T['kind'] }> | Crash> {
    const child = (this.#child ??= this.#start());
    let stderr = '';
    const watch = this.#watch(child);
    const onText = (text: Buffer): void => void (stderr += text.toString());
    child.stderr?.on('data', onText);
    try {
      return await new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('message', (reply) => {
          resolve(reply as Extract<Reply, { kind: T['kind'] }>);
        });
        child.once('close', (status, signal) => {
          this.#child = undefined;
          resolve(this.#crash(`${signal ?? `exit code ${status}`}: ${stderr.trim()}`));
        });
        child.send(request);
      });
    } finally {
      clearInterval(watch);
      child.removeAllListeners();
      child.stderr?.off('data', onText);
    }
  }

  /** Ends a child that makes no progress: it hangs. */
  #watch(child: ChildProcess): NodeJS.Timeout {
    let before = '';
    return setInterval(() => {
      const progress = readFileSync(this.#progressFile, 'utf8');
      if (progress === before) child.kill('SIGKILL');
      before = progress;
    }, HANGS_MS);
  }

  #crash(reason: string): Crash {
    const text = readFileSync(this.#progressFile, 'utf8').trim();
    const progress = text === '' ? undefined : (JSON.parse(text) as Progress);
    return { kind: 'crash', progress, reason };
  }

  /** The next request goes to a new child. */
  async leave(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
  }

  async close(): Promise<void> {
    await this.leave();
    rmSync(this.#folder, { recursive: true, force: true });
    rmSync(this.#shmFolder, { recursive: true, force: true });
  }
}

import type { Engine } from '../engine/engine.js';
import { loadEngine } from '../engine/engines.js';
import type { Plan } from '../plan/plan.js';
import type { Environment, StreamFacts } from './terminal.js';
import { packageFile } from '../util/package-file.js';
import type { ProgressStream } from './progress-line.js';
import type { SignalSource } from './stop-signals.js';
import type { OutputStream } from './write-out.js';

/** Everything outside that a command touches, so that tests can put something else there. */
export interface World {
  readonly stdout: OutputStream & StreamFacts;
  readonly stderr: ProgressStream;
  readonly env: Environment;
  readonly signals: SignalSource;
  /** Job file that the workload's defaults come from. */
  readonly workloadFile: string;
  /** Called when it is certain that there is something to run: an engine is slow to load. */
  loadEngine(name: Plan['engine']): Promise<Engine>;
}

/** The process, the shipped workload and the engines. */
export function realWorld(): World {
  // A stream that fails without a listener would end the process with a stack trace. Failures to
  // write a result are seen where it is written; nobody can be told that stderr has failed.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signals: process,
    workloadFile: packageFile('workloads/fault-munmap.job'),
    loadEngine,
  };
}

/** The same world with another workload; what it does is still done by itself. */
export function withWorkload(world: World, workloadFile: string): World {
  const { stdout, stderr, env, signals } = world;
  return {
    stdout,
    stderr,
    env,
    signals,
    workloadFile,
    loadEngine: (name) => world.loadEngine(name),
  };
}

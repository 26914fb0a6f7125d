/** Everything outside that `host` touches, so that tests can put something else there. */
import os from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { Environment } from '../terminal.js';
import { machineFacts, type MachineFacts } from './alike.js';
import { findStressNg, type StressNg } from './find-stress-ng.js';
import type { RunReal, Simulate } from './measure-host.js';
import type { Memory } from './memory-check.js';
import { runStressNg } from './real-run.js';
import type { StressRun } from '../stress/stress-line.js';
import { readSimulated, simulateIn } from './simulate.js';
import type { World } from '../world.js';

export interface HostTools {
  /** Undefined if there is none. Throws UsageError for a wanted one that is none. */
  find(wanted: string | undefined, env: Environment): Promise<StressNg | undefined>;
  readonly run: RunReal;
  /** What there is to simulate, before anything is run. Throws UsageError. */
  read(argv: readonly string[]): StressRun;
  readonly simulate: Simulate;
  memory(): Memory;
  machine(): MachineFacts;
  /** Undefined where nobody can answer. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

export function realTools(world: World): HostTools {
  const isWatched = process.stdin.isTTY && process.stderr.isTTY;
  return {
    find: findStressNg,
    run: runStressNg,
    read: readSimulated,
    simulate: simulateIn(world),
    // What is free or can be freed, within the limits of a control group.
    memory: () => ({ available: process.availableMemory(), total: os.totalmem() }),
    machine: machineFacts,
    ask: isWatched ? askOnTerminal : undefined,
  };
}

/** No is whatever does not say yes, also the end of the input. */
async function askOnTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => {
    terminal.once('close', () => {
      resolve('');
    });
  });
  try {
    const answer = await Promise.race([terminal.question(question), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

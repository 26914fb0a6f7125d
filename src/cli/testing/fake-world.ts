import { EventEmitter } from 'node:events';
import type { Engine, RunHooks } from '../../engine/engine.js';
import type { Plan } from '../../plan/plan.js';
import type { RunSamples } from '../../samples/samples.js';
import { packageFile } from '../../util/package-file.js';
import type { World } from '../world.js';

/** A stream that remembers what was written to it. */
export class FakeStream {
  text = '';
  /** Error code of every write, such as EPIPE. */
  failure: string | undefined;
  isTTY = false;
  columns = 100;

  getColorDepth(): number {
    return 8;
  }

  write(text: string, done?: (error?: Error) => void): boolean {
    const { failure } = this;
    if (failure === undefined) {
      this.text += text;
      done?.();
    } else {
      done?.(Object.assign(new Error(`${failure}: write`), { code: failure }));
    }
    return true;
  }
}

/** Signals that no process gets. */
export class FakeSignals extends EventEmitter {
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

export type FakeRun = (plan: Plan, hooks: RunHooks, world: FakeWorld) => Promise<RunSamples>;

/** A world without threads, clock and process; `run` is what its engine does. */
export class FakeWorld implements World {
  readonly stdout = new FakeStream();
  readonly stderr = new FakeStream();
  readonly signals = new FakeSignals();
  env: Record<string, string> = { LANG: 'C.UTF-8' };
  workloadFile = packageFile('workloads/fault-munmap.job');
  readonly plans: Plan[] = [];
  readonly #run: FakeRun;

  constructor(run: FakeRun) {
    this.#run = run;
  }

  loadEngine(): Promise<Engine> {
    return Promise.resolve({
      run: (plan: Plan, hooks: RunHooks) => {
        this.plans.push(plan);
        return this.#run(plan, hooks, this);
      },
    });
  }
}

/**
 * will-it-scale: tests that are a loop each, run by N tasks at once, whose iterations are counted. Every
 * test is built twice: as processes, each with an mm of its own, and as threads of one process.
 *
 * An instance is a task (`-t N` there), and a bogo-op an iteration. Its tasks are killed in the end, so
 * what they have mapped then is left to exit. There is no warm-up.
 */
import type { Op } from '../../../mm/op.js';
import type { HogMetric } from '../../../samples/stress-samples.js';
import type { Hog, HogNeeds, HogOption, HogRun, HogTask } from '../../hog.js';
import { REGION_BYTES_MAX } from '../../map-region.js';
import { wholePages } from '../../pages.js';
import { perSecond } from '../../per-second.js';

export interface TestCase {
  /** As its binaries are called, without `_processes` and `_threads`: `page-fault1`. */
  readonly name: string;
  /** What an iteration is, and what the loop does. */
  readonly description: string;
  /** Size of its region, bytes; without it the test has none. */
  readonly bytes?: number;
  /** With `pages` the region's. */
  needs(pages: number): HogNeeds;
  /** Goes on until `task.stopping()`, unless it says that it has run out. */
  loop(task: HogTask, iterations: Iterations, pages: number): Op<void>;
}

/** A task's iterations. */
export class Iterations {
  readonly #task: HogTask;
  readonly #max: number;
  count = 0;

  constructor(task: HogTask) {
    this.#task = task;
    this.#max = task.setting.opsPerInstance ?? Infinity;
  }

  /** So many of `wanted` that no limit of operations is gone beyond. */
  atMost(wanted: number): number {
    return Math.min(wanted, this.#max - this.count);
  }

  *add(count: number): Op<void> {
    this.count += count;
    yield* this.#task.bogo(count);
  }
}

class TestRun implements HogRun {
  readonly #test: TestCase;
  readonly #task: HogTask;
  readonly #iterations: Iterations;
  #ns = 0;

  constructor(test: TestCase, task: HogTask) {
    this.#test = test;
    this.#task = task;
    this.#iterations = new Iterations(task);
  }

  *program(): Op<void> {
    const { cpu } = this.#task;
    const since = cpu.now();
    yield* this.#test.loop(this.#task, this.#iterations, pagesOf(this.#task.setting.options));
    this.#ns = cpu.now() - since;
  }

  /** As its output has the least, the most and the sum of the tasks: the least by its inverse. */
  metrics(): readonly HogMetric[] {
    const { count } = this.#iterations;
    const rate = perSecond(count, this.#ns);
    const time = count > 0 ? this.#ns / count : 0;
    return [
      { description: 'iterations per second', value: rate, mean: 'total' },
      { description: 'iterations per second of one task', value: rate, mean: 'maximum' },
      { description: 'nanosecs per iteration', value: time, mean: 'maximum' },
    ];
  }
}

function pagesOf({ bytes }: HogTask['setting']['options']): number {
  return typeof bytes === 'number' ? wholePages(bytes) : 0;
}

/** `NAME-processes` and `NAME-threads`. */
export function bothForms(test: TestCase): readonly Hog[] {
  const { name, description, bytes } = test;
  const options: Record<string, HogOption> = {};
  if (bytes !== undefined) {
    const help = 'size of the region of every task, not divided among them';
    options['bytes'] = { takes: 'size', help, preset: bytes, min: 4096, max: REGION_BYTES_MAX };
  }
  const form = {
    classes: ['will-it-scale'],
    options,
    shape: () => ({ processes: 1, threadsPerProcess: 1 }),
    needs: (setting) => test.needs(pagesOf(setting.options)),
    start: (task) => new TestRun(test, task),
  } satisfies Partial<Hog>;
  return [
    {
      ...form,
      name: `${name}-processes`,
      description: `will-it-scale's ${name}, a process per instance: ${description}`,
    },
    {
      ...form,
      name: `${name}-threads`,
      description: `will-it-scale's ${name}, all instances threads of one process: ${description}`,
      sharesMm: true,
    },
  ];
}

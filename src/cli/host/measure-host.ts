/** Runs the same stress-ng options on the real kernel and on the simulated ones. */
import type { SimulatedRun } from '../../samples/host-samples.js';
import { optionsAlike, type MachineFacts } from './alike.js';
import { collect, type Collected } from './collect.js';
import type { StressNg } from './find-stress-ng.js';
import { measuring, type RealRun } from './real-run.js';
import { lastValueOf, wordsForStressNg } from './stress-options.js';

/** `mmsem-bench ARGV`, without its output: a run of every kernel, or several of each. */
export type Simulate = (
  argv: readonly string[],
  signal: AbortSignal,
) => Promise<readonly SimulatedRun[]>;

export type RunReal = (
  program: string,
  args: readonly string[],
  signal: AbortSignal,
) => Promise<RealRun>;

export interface HostRequest {
  /** As the user gave them: stress-ng's options, and those of the simulation. */
  readonly words: readonly string[];
  readonly runs: number;
}

export interface Bench {
  readonly stressNg: StressNg;
  readonly machine: MachineFacts;
  readonly run: RunReal;
  readonly simulate: Simulate;
  readonly signal: AbortSignal;
  readonly onRun: (what: string) => void;
  /** What stress-ng wrote, run by run. */
  readonly onYaml: (yaml: string) => void;
}

export interface HostMeasured extends Collected {
  /** Of the first run. */
  readonly realOptions: readonly string[];
  readonly simulatedOptions: readonly string[];
  readonly simulated: readonly SimulatedRun[];
}

/** Runs without work that tell what starting takes. */
const STARTS = 3;

/** Throws StressNgFailed, what `simulate` throws, and the signal's reason. */
export async function measureHost(request: HostRequest, bench: Bench): Promise<HostMeasured> {
  const { words, runs } = request;
  const { stressNg, machine, run, signal, onRun } = bench;
  const realWords = realOptions(words, 0);
  const simulatedWords = (index: number): string[] =>
    simulatedOptions(words, index, stressNg.version, machine);
  const real: RealRun[] = [];
  for (let index = 0; index < runs; index++) {
    onRun(`run ${index + 1} of ${runs}: stress-ng ${stressNg.version}`);
    const done = await run(stressNg.program, realOptions(words, index), signal);
    if (done.yaml !== undefined) bench.onYaml(done.yaml);
    real.push(done);
  }
  const simulated: SimulatedRun[] = [];
  for (let index = 0; index < runs; index++) {
    onRun(`run ${index + 1} of ${runs}: simulated`);
    simulated.push(...(await bench.simulate(simulatedWords(index), signal)));
    signal.throwIfAborted();
  }
  const starts = async (): Promise<RealRun[]> => {
    const idle: RealRun[] = [];
    while (idle.length < STARTS) {
      idle.push(await run(stressNg.program, [...realWords, '--dry-run'], signal));
    }
    return idle;
  };
  const collected = await collect(machine.release, real, simulated, starts);
  return {
    ...collected,
    realOptions: realWords,
    simulatedOptions: simulatedWords(0),
    simulated,
  };
}

/** What stress-ng is given in a run, but for the file of its YAML. */
export function realOptions(words: readonly string[], index: number): string[] {
  return measuring([...wordsForStressNg(words), ...nextSeed(words, index)]);
}

/** The line that is simulated in a run. */
export function simulatedOptions(
  words: readonly string[],
  index: number,
  version: string,
  machine: MachineFacts,
): string[] {
  return [...optionsAlike(words, version, machine), ...words, ...seedOfRun(words, index)];
}

/** The seed that was given is that of the first run; the next ones have the numbers after it. */
function nextSeed(words: readonly string[], index: number): string[] {
  const given = seedGiven(words);
  return given === undefined || index === 0 ? [] : ['--seed', String(given + BigInt(index))];
}

/** A simulation has a seed in any case. */
function seedOfRun(words: readonly string[], index: number): string[] {
  if (seedGiven(words) !== undefined || lastValueOf(words, 'seed') !== undefined) {
    return nextSeed(words, index);
  }
  return ['--seed', String(index + 1)];
}

/** Undefined for what is no seed, which both sides will say. */
export function seedGiven(words: readonly string[]): bigint | undefined {
  const text = lastValueOf(words, 'seed');
  return text !== undefined && /^\d+$/.test(text) ? BigInt(text) : undefined;
}

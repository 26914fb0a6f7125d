/** `mmsem-bench fuzz`: random memory calls by many tasks at once, in the spirit of trinity. */
import { LOCAL_ENGINES } from './fuzz-options.js';
import type { FuzzHooks, FuzzKernel } from '../engine/fuzz-engine.js';
import { kernelNames } from '../mm/kernels.js';
import { linuxVersions } from '../mm/kernel-rules.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import type { FuzzPlan, FuzzSamples, FuzzTrialSamples } from '../samples/fuzz-samples.js';
import type { Command } from './command.js';
import type { CommandLine } from './command-line.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { EPILOGUE, OUTPUT_HERE, REPLAY, RUN, fuzzPlan, replayFuzzCommand } from './fuzz-options.js';
import { MODEL } from './model-options.js';
import { chooseOutput, type OutputChoice } from './output-choice.js';
import { progressLine } from './progress-line.js';
import type { Setting, Settings } from './setting.js';
import { catchStopSignals } from './stop-signals.js';
import { isColored, widthOf } from './terminal.js';
import { formatSeconds } from './units.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

const SHORTER_SECONDS = 10;
const SHORTER_TASKS = 3;
const WIDTH = 100;

type LoadEngine = (engine: FuzzPlan['engine']) => Promise<FuzzKernel>;

/** The command with engines to be loaded when it is certain that there is something to run. */
export function fuzzCommand(loadEngine: LoadEngine): Command {
  return {
    description:
      'Issues random memory calls from many tasks on the mappings of all, while content words and the\n' +
      "model's invariants watch: mmap, munmap, mprotect, madvise, mremap, mlock, mincore, msync, stores.",
    groups: { Model: MODEL, Run: { ...RUN, ...REPLAY }, Output: OUTPUT_HERE },
    epilogue: () => EPILOGUE,
    run: (commandLine, world) => fuzzRun(commandLine, world, loadEngine),
  };
}

export const fuzz = fuzzCommand((engine) => LOCAL_ENGINES[engine]());

async function fuzzRun(
  commandLine: CommandLine,
  world: World,
  loadEngine: LoadEngine,
): Promise<number> {
  const output = chooseOutput(commandLine);
  const replayed = commandLine.settings.get('replay');
  if (replayed !== undefined) {
    refuseBesideReplay(commandLine.settings);
    return runReplay(replayed, output, world);
  }
  const plan = fuzzPlan(commandLine.settings);
  return replayable(replayFuzzCommand(plan), async () =>
    runAndPrint(plan, output, world, loadEngine),
  );
}

/** Signals stay caught until the result is printed. Returns the exit code. */
async function runAndPrint(
  plan: FuzzPlan,
  output: OutputChoice,
  world: World,
  loadEngine: LoadEngine,
): Promise<number> {
  const engine = await loadEngine(plan.engine);
  const progress = progressLine(world.stderr, world.env, output.quiet);
  const stop = catchStopSignals(world.signals, () => {
    progress.clear();
  });
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const trials: FuzzTrialSamples[] = [];
  try {
    for (const kernel of plan.kernels) {
      if (stop.signal.aborted || trials.some(({ finding }) => finding !== null)) break;
      const hooks = {
        signal: stop.signal,
        onProgress: (name: string, seconds: number, calls: number) => {
          progress.show(`${name}  ${formatSeconds(Math.floor(seconds))}  ${calls} calls`);
        },
      };
      trials.push(await withShorter(plan, await engine(plan, kernel, hooks), hooks, loadEngine));
    }
    progress.clear();
    const signal = stop.received();
    const elapsedSeconds = (performance.now() - began) / 1000;
    const samples = { trials, partial: signal !== undefined, startedAt, elapsedSeconds };
    await writeOut(world.stdout, await resultText(plan, samples, output, world));
    // What was found counts for more than how it ended.
    if (trials.some(({ finding }) => finding !== null)) return EXIT.findings;
    return signal === undefined ? EXIT.ok : SIGNAL_EXIT[signal];
  } finally {
    progress.clear();
    stop.release();
  }
}

/** What cannot be shrunk is looked for once more, for a few seconds, where it can be. */
async function withShorter(
  plan: FuzzPlan,
  trial: FuzzTrialSamples,
  hooks: FuzzHooks,
  loadEngine: LoadEngine,
): Promise<FuzzTrialSamples> {
  const { kernel, finding } = trial;
  if (finding === null || finding.isShrunk || hooks.signal.aborted) return trial;
  const smaller = { tasks: Math.min(plan.tasks, SHORTER_TASKS), mms: 1, seconds: SHORTER_SECONDS };
  const explore = await loadEngine('explore');
  const again = await explore({ ...plan, engine: 'explore', ...smaller }, kernel, hooks);
  return { ...trial, finding: { ...finding, shorter: again.finding } };
}

/** Does one case again, as its string says. Throws UsageError for a string that cannot be read. */
async function runReplay(setting: Setting, output: OutputChoice, world: World): Promise<number> {
  const { parseFuzzReplay, BadFuzzReplay } = await import('../engine/explore/fuzz/programs.js');
  const { replayFuzz } = await import('../engine/explore/fuzz/search.js');
  const { kernelByName } = await import('../mm/kernels.js');
  const found = readReplay(setting, parseFuzzReplay, BadFuzzReplay);
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const { finding, calls } = replayFuzz(found, kernelByName);
  const seconds = (performance.now() - began) / 1000;
  const { kernel, thresholdBytes, linux, tasks, mms, seed } = found;
  const model = { kernels: [kernel], thresholdBytes, linux, tasks, mms, seed };
  const plan: FuzzPlan = { engine: 'explore', ...model, seconds, stallSeconds: seconds };
  const trial = { kernel, seconds, calls, checks: 1, complete: finding === null, finding };
  const samples = { trials: [trial], partial: false, startedAt, elapsedSeconds: seconds };
  await writeOut(world.stdout, await resultText(plan, samples, output, world));
  return finding === null ? EXIT.ok : EXIT.findings;
}

/** Options that would have no effect are mistakes. Throws UsageError. */
function refuseBesideReplay(settings: Settings): void {
  for (const name of Object.keys({ ...MODEL, ...RUN })) {
    const setting = settings.get(name);
    if (setting === undefined) continue;
    const why = 'does not go with --replay, which names kernel, tasks and seed itself';
    throw setting.blame(`${why}: leave out --${name} ${setting.text}`);
  }
}

/** Throws UsageError. */
function readReplay<Found extends { readonly kernel: string; readonly linux: string }>(
  { text, blame }: Setting,
  parse: (text: string) => Found,
  bad: new (message: string) => Error,
): Found {
  let found: Found;
  try {
    found = parse(text);
  } catch (error) {
    if (!(error instanceof bad)) throw error;
    throw blame(`takes ${REPLAY.replay.expects}; '${text}' cannot be read: ${error.message}`);
  }
  const stranger = [
    { kind: 'kernel', name: found.kernel, known: kernelNames() },
    { kind: 'version of Linux', name: found.linux, known: linuxVersions() },
  ].find(({ name, known }) => !known.includes(name));
  if (stranger === undefined) return found;
  const { kind, name, known } = stranger;
  throw blame(`names a ${kind} '${name}', which does not exist; there are ${known.join(', ')}`);
}

async function resultText(
  plan: FuzzPlan,
  samples: FuzzSamples,
  { json, color }: OutputChoice,
  { stdout, env }: World,
): Promise<string> {
  const { buildFuzzResult, formatFuzzResult } = await import('../report/fuzz.js');
  const document = buildFuzzResult({ tool: toolFacts(), host: hostFacts(), plan, samples });
  if (json) return formatFuzzResult(document);
  const { renderFuzz } = await import('../report/fuzz-table.js');
  const width = widthOf(stdout) ?? WIDTH;
  return renderFuzz(document, { color: isColored(color, env, stdout), width });
}

/** Runs what a line in stress-ng's manner asks for, and tells it as stress-ng does, kernel by kernel. */
import { FORMATS } from '../../report/formats/formats.js';
import { formatNamed } from '../../report/formats/renderer.js';
import type { ResultDocument } from '../../report/result.js';
import { openingMessages } from '../../report/stress-ng/opening.js';
import type { StressRun } from '../../report/stress-ng/stress-run.js';
import { summaryMessages } from '../../report/stress-ng/summary.js';
import { yamlDocument } from '../../report/stress-ng/yaml-document.js';
import { exitedMessages } from '../../report/stress-ng/exited.js';
import { info, warn, type Message } from '../../report/stress-ng/message.js';
import type { CommandLine } from '../command-line.js';
import { chooseDeterminism, determinismText, type DeterminismChoice } from '../determinism.js';
import { EXIT, SIGNAL_EXIT, type StopSignal } from '../exit-code.js';
import { replayable } from '../failure.js';
import { measurePlan } from '../measure-plan.js';
import { checkPlaces, publish } from '../publish.js';
import type { ResultOutput } from '../result-output.js';
import { checkSavable, saveText } from '../save-file.js';
import { warningOf } from '../summary.js';
import { UsageError } from '../usage-error.js';
import type { Hog } from '../../workload/hog.js';
import type { World } from '../world.js';
import { allInstances, kernelRuns } from './kernel-runs.js';
import { Messenger } from './messenger.js';
import { startedMessages } from './started.js';
import { stressReplay } from './stress-texts.js';
import type { StressPlans } from './stress-plans.js';
import type { StressWishes } from './wishes.js';

export interface LineToRun extends StressPlans {
  readonly wishes: StressWishes;
  /** Sentences about what is not heeded. */
  readonly warnings: readonly string[];
  /** Options of the comparison. */
  readonly own: CommandLine;
}

/** Returns the exit code. Throws what the engine throws, UsageError and OutputFailed. */
export async function runLine(
  line: LineToRun,
  output: ResultOutput,
  world: World,
  hogs: readonly Hog[],
): Promise<number> {
  const { plans, wishes, compat, timeout } = line;
  await checkAllPlaces(line, output);
  const choice = { ...output, ...chooseDeterminism(line.own, plans[0]!) };
  const messenger = messengerOf(line, output, world);
  await messenger.note(line.warnings.map(warn));
  const entries = plans.flatMap(({ stress }) => stress!.entries);
  const { seconds: timeoutSeconds, isDefault } = timeout;
  await messenger.note(openingMessages({ compat, timeoutSeconds, isDefault, entries }));
  const documents: ResultDocument[] = [];
  let signal: StopSignal | undefined;
  try {
    signal = await runAll(line, choice, { messenger, world, documents, hogs });
  } finally {
    // Also when a later stressor has failed: nothing that was measured is lost.
    if (documents.length > 0) await tellAll(documents, line, choice, { messenger, world });
    if (wishes.logFile !== undefined) await saveText(wishes.logFile, messenger.log);
  }
  return signal === undefined ? exitCodeOf(documents) : SIGNAL_EXIT[signal];
}

/** Whoever reads a result in a form for programs finds nothing else on stdout. */
export function messengerOf(
  { wishes, compat }: Pick<LineToRun, 'wishes' | 'compat'>,
  { format }: ResultOutput,
  world: World,
): Messenger {
  return new Messenger(world, wishes, compat, formatNamed(FORMATS, format).isProse);
}

type Choice = ResultOutput & DeterminismChoice;

interface Outside {
  readonly messenger: Messenger;
  readonly world: World;
}

/** Blocks of every kernel, the YAML, and the comparison. */
async function tellAll(
  documents: readonly ResultDocument[],
  { wishes }: LineToRun,
  choice: Choice,
  { messenger, world }: Outside,
): Promise<void> {
  const { metrics, perf, times, quiet, yaml } = wishes;
  const runs = kernelRuns(documents);
  if (runs.length === 0) await messenger.note([info('unsuccessful run: nothing was measured')]);
  const wantsNumbers = metrics !== 'none' || perf || times;
  if (!quiet || wantsNumbers) await messenger.tell(summaries(runs, wishes));
  if (yaml !== undefined) {
    const kept = runsToKeep(runs, documents);
    if (kept.length > 0) await saveText(yaml, yamlOf(kept, wishes));
    if (runs.some(({ isComplete }) => !isComplete)) {
      const left = kept.length === 0 ? `${yaml} is not written` : `${yaml} has the others alone`;
      await messenger.note([warn(`a run was cut short: ${left}`)]);
    }
  }
  for (const document of documents) {
    // Messages say them, but for --quiet, which leaves results alone.
    const told = quiet ? document : { ...document, warnings: [] };
    await messenger.note(document.warnings.map(warn));
    const annotations = document.warnings.map(warningOf);
    const lines = await determinismText(document, choice);
    const remarks = { lines, warnings: [], annotations };
    await publish({ document, told, forms: FORMATS, ...remarks }, choice, world);
  }
}

/** Those that are whole; of a sequence that was cut short, at least the stressors that came to their ends. */
function runsToKeep(
  runs: readonly StressRun[],
  documents: readonly ResultDocument[],
): readonly StressRun[] {
  const whole = runs.filter(({ isComplete }) => isComplete);
  const ended = documents.filter(({ partial }) => !partial);
  if (whole.length > 0 || ended.length === 0) return whole;
  return kernelRuns(ended).filter(({ isComplete }) => isComplete);
}

async function checkAllPlaces({ plans, wishes }: LineToRun, output: ResultOutput): Promise<void> {
  await checkPlaces(output);
  for (const file of [wishes.yaml, wishes.logFile]) {
    if (file !== undefined) await checkSavable(file);
  }
  if (plans.length === 1) return;
  const { isProse } = formatNamed(FORMATS, output.format);
  if (output.save === undefined && output.summary === undefined && isProse) return;
  const what = output.save !== undefined ? '--save' : isProse ? '--summary' : '--format';
  throw new UsageError(
    `${what} takes one result, and --sequential makes ${plans.length}: save --yaml, or name one stressor`,
  );
}

interface RunOutside extends Outside {
  readonly documents: ResultDocument[];
  readonly hogs: readonly Hog[];
}

/** One plan after the other, each into `documents` as it ends; the signal that has ended that. */
async function runAll(
  { plans }: LineToRun,
  { quiet, checkDeterminism }: Choice,
  { messenger, world, documents, hogs }: RunOutside,
): Promise<StopSignal | undefined> {
  for (const [index, plan] of plans.entries()) {
    const text = `run ${index + 1} of ${plans.length}: ${plan.stressor}`;
    await messenger.note([{ type: 'debug', text }, ...startedMessages(plan, hogs)]);
    const measure = () => measurePlan(plan, { quiet, checkDeterminism }, world);
    const { document, stop } = await replayable(stressReplay(plan), measure);
    documents.push(document);
    const signal = stop.received();
    stop.release();
    if (signal !== undefined) return signal;
  }
  return undefined;
}

/** The blocks of a kernel's first round; of the others its numbers are in the comparison, and in the YAML. */
function summaries(runs: readonly StressRun[], wishes: StressWishes): Message[] {
  const { metrics, perf, times, scientific } = wishes;
  const style = metrics === 'none' ? null : { brief: metrics === 'brief', scientific };
  const kernels = [...new Set(runs.map(({ kernel }) => kernel))];
  return kernels.flatMap((kernel) => {
    const [first, ...others] = runs.filter((run) => run.kernel === kernel);
    const more =
      others.length === 0
        ? []
        : [
            info(
              `the first of ${others.length + 1} runs; all of them are in the table, and in --yaml`,
            ),
          ];
    const [head, ...rest] = summaryMessages(first!, { metrics: style, perf, times });
    return [head!, ...exitedMessages(first!), ...rest, ...more];
  });
}

/** A document for each kernel and round, those of a kernel behind one another. */
function yamlOf(runs: readonly StressRun[], wishes: StressWishes): string {
  const { perf, times, scientific } = wishes;
  const choice = { metrics: wishes.metrics !== 'none', perf, times, scientific };
  return runs.map((run) => yamlDocument(run, choice)).join('');
}

/** stress-ng's: failures before shortages. */
function exitCodeOf(documents: readonly ResultDocument[]): number {
  const instances = allInstances(documents);
  if (instances.some(({ failures }) => failures.length > 0)) return EXIT.stressorFailed;
  if (instances.some(({ shortages }) => shortages.length > 0)) return EXIT.noResources;
  return EXIT.ok;
}

/** What a gate does, from its words to its exit code. */
import { RunFailed } from '../engine/engine.js';
import { BaselineRefused, readBaseline } from '../gate/baseline.js';
import { agreement, judgeSavable } from '../gate/agreement.js';
import { incomparabilities } from '../gate/comparable.js';
import {
  judgeRun,
  withoutRun,
  type Baseline,
  type GateTerms,
  type Judgement,
} from '../gate/gate.js';
import { GATE_FORMATS } from '../gate/gate-formats.js';
import { gateAnnotations } from '../gate/gate-annotations.js';
import type { GateReport } from '../gate/verdict.js';
import type { Plan } from '../plan/plan.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import { formatResult } from '../report/result.js';
import { metricsOf, PRIMARY_METRIC } from '../stats/metrics.js';
import { InvariantBroken } from '../util/assert.js';
import type { CommandLine } from './command-line.js';
import { SIGNAL_EXIT, type StopSignal } from './exit-code.js';
import { describeFailure, replayable } from './failure.js';
import { gateExit } from './gate-exit.js';
import { batchesOf, chooseLooks, levelOf, lookingHook, type Judge } from './gate-looks.js';
import { allowedRegression, gatedQuantities, gateTerms, type GateChoice } from './gate-options.js';
import { selfTest } from './gate-self-test.js';
import { makePlan } from './make-plan.js';
import { measurePlan } from './measure-plan.js';
import { planTexts } from './plan-texts.js';
import { checkPlaces, publish } from './publish.js';
import { replayCommand } from './replay.js';
import type { FormOutput } from './result-output.js';
import { checkSavable, saveText } from './save-file.js';
import { typedSetting } from './setting.js';
import { UsageError } from './usage-error.js';
import { readWorkload, type Workload } from './workload-settings.js';
import type { World } from './world.js';

/** A judgement, and the signal that cut it short. */
interface Outcome {
  readonly judgement: Judgement;
  readonly signal?: StopSignal | undefined;
}

/** Returns the exit code. Throws UsageError for what could not be a gate. */
export async function runGate(
  commandLine: CommandLine,
  choice: GateChoice,
  output: FormOutput,
  world: World,
): Promise<number> {
  const startedAt = new Date();
  const baseline = foundBaseline(choice);
  const asked = makePlan(commandLine.settings, workloadBy(baseline, world));
  const terms = gateTerms(commandLine, asked, choice);
  const { plan, judge } = choice.selfTest
    ? selfTest(commandLine, asked, terms)
    : { plan: asked, judge: judgeBy(terms, baseline) };
  const secondsMax = chooseLooks(commandLine, plan);
  await checkPlaces(output);
  if (choice.saveBaseline !== undefined) await checkSavable(choice.saveBaseline);
  const { judgement, signal } =
    refusal(asked, terms, choice, baseline) ??
    (await replayable(replayCommand(plan), () =>
      judged(
        { commandLine, choice, plan, terms, baseline, judge, secondsMax, quiet: output.quiet },
        world,
      ),
    ));
  const elapsedSeconds = (Date.now() - startedAt.getTime()) / 1000;
  const report = { ...judgement, startedAt: startedAt.toISOString(), elapsedSeconds };
  await publishReport(report, output, world);
  return signal === undefined ? gateExit(report) : SIGNAL_EXIT[signal];
}

const judgeBy =
  (terms: GateTerms, baseline: Baseline | undefined): Judge =>
  (run, level) =>
    judgeRun(terms, run, baseline, level);

/** What there is to do, all of it checked. */
interface Task {
  readonly commandLine: CommandLine;
  readonly choice: GateChoice;
  readonly plan: Plan;
  readonly terms: GateTerms;
  readonly baseline: Baseline | undefined;
  readonly judge: Judge;
  /** How long to go on while nothing can be told; null for one batch of rounds. */
  readonly secondsMax: number | null;
  readonly quiet: boolean;
}

/** Throws UsageError for a file that is there and is no baseline. */
function foundBaseline({ baseline }: GateChoice): Baseline | undefined {
  if (baseline === undefined) return undefined;
  try {
    return readBaseline(baseline);
  } catch (error) {
    throw error instanceof BaselineRefused ? new UsageError(error.message) : error;
  }
}

/** The baseline's own plan stands in for options that are not given. */
function workloadBy(baseline: Baseline | undefined, { workloadFile }: World): Workload {
  const workload = readWorkload(workloadFile);
  if (baseline === undefined) return workload;
  const { file, document } = baseline;
  const settings = planTexts(document.plan, 'changed').map(([name, text]) => {
    return [name, typedSetting(name, text)] as const;
  });
  return { file, stressor: document.plan.stressor, settings: new Map(settings) };
}

/** Why there is no need to run anything; undefined if there is. */
function refusal(
  plan: Plan,
  terms: GateTerms,
  choice: GateChoice,
  baseline: Baseline | undefined,
): Outcome | undefined {
  if (choice.baseline === undefined) return undefined;
  if (baseline === undefined) {
    const reason = `there is no '${choice.baseline}'; make it with --save-baseline ${choice.baseline}`;
    return { judgement: withoutRun('no-baseline', [reason], terms) };
  }
  const candidate = { plan, tool: toolFacts(), host: hostFacts() };
  const reasons = incomparabilities(candidate, baseline.document);
  if (reasons.length === 0) return undefined;
  return { judgement: withoutRun('not-comparable', reasons, terms) };
}

/** A run that fails is a verdict, too: whoever reads files instead of stderr must see it. */
async function judged(task: Task, world: World): Promise<Outcome> {
  const { plan, terms, choice, judge, secondsMax } = task;
  try {
    if (choice.saveBaseline !== undefined)
      return await judgedTwice(task, choice.saveBaseline, world);
    const looking = await lookingHook(plan, judge, secondsMax);
    const measured = await measurePlan(plan, { ...task, ...looking }, world);
    try {
      const level = levelOf(secondsMax, batchesOf(measured.document));
      const judgement = judge(measured, level);
      return { judgement, signal: measured.stop.received() };
    } finally {
      measured.stop.release();
    }
  } catch (error) {
    if (!(error instanceof RunFailed || error instanceof InvariantBroken)) throw error;
    world.stderr.write(describeFailure(error, '--help').text);
    world.stderr.write(`to run it again, without the gate: ${replayCommand(plan)}\n`);
    // Whatever --on says: a kernel that breaks has no performance.
    const judgement = withoutRun('untrustworthy', [`the run failed: ${error.message}`], terms);
    return { judgement: { ...judgement, action: 'fail' } };
  }
}

/** Judges a second run, and saves it if the first one agrees and nothing else speaks against it. */
async function judgedTwice(task: Task, file: string, world: World): Promise<Outcome> {
  const { commandLine, plan, terms, baseline } = task;
  const first = await measurePlan(plan, task, world);
  first.stop.release();
  const cut = first.stop.received();
  if (cut !== undefined) return { judgement: judgeRun(terms, first, baseline), signal: cut };
  const second = await measurePlan(plan, task, world);
  try {
    const preset =
      plan.machine === undefined ? [PRIMARY_METRIC] : metricsOf(plan).map(({ name }) => name);
    const checks = agreement(
      first,
      second,
      gatedQuantities(commandLine, preset),
      allowedRegression(commandLine),
    );
    const judgement = judgeSavable(terms, [first, second], baseline, checks);
    const signal = second.stop.received();
    const isSaved = judgement.isSavable && signal === undefined;
    if (isSaved) await saveText(file, formatResult(second.document));
    const said = isSaved ? `saved to ${file}` : 'no baseline was saved';
    return { judgement: { ...judgement, reasons: [...judgement.reasons, said] }, signal };
  } finally {
    second.stop.release();
  }
}

async function publishReport(report: GateReport, output: FormOutput, world: World): Promise<void> {
  const annotations = gateAnnotations(report);
  const { warnings } = report;
  await publish({ document: report, forms: GATE_FORMATS, warnings, annotations }, output, world);
}

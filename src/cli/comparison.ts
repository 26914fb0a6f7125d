/** What `mmsem-bench` does without a command: compares kernels. */
import type { Plan } from '../plan/plan.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import { FORMATS } from '../report/formats/formats.js';
import { buildResult, type ResultDocument } from '../report/result.js';
import type { RunSamples } from '../samples/samples.js';
import type { Command, CommandEntry } from './command.js';
import { chooseDeterminism, determinismText, type DeterminismChoice } from './determinism.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { comparisonEpilogue } from './help-text.js';
import { defaultTexts, makePlan } from './make-plan.js';
import { COMPARISON } from './options.js';
import { checkPlaces, publish } from './publish.js';
import { replayCommand } from './replay.js';
import { chooseResultOutput, type ResultOutput } from './result-output.js';
import { runPlan } from './run-plan.js';
import { readWorkload } from './workload-settings.js';
import type { World } from './world.js';

/** The comparison as a command; its help text lists the others. */
export function comparison(commands: readonly CommandEntry[]): Command {
  return {
    ...COMPARISON,
    presets: ({ workloadFile }) => defaultTexts(readWorkload(workloadFile)),
    epilogue: () => comparisonEpilogue(commands),
    run: async (commandLine, world) => {
      const workload = readWorkload(world.workloadFile);
      const output = chooseResultOutput(commandLine, world.env);
      const plan = makePlan(commandLine.settings, workload);
      const determinism = chooseDeterminism(commandLine, plan);
      const choice = { ...output, ...determinism };
      return replayable(replayCommand(plan), () => compareKernels(plan, choice, world));
    },
  };
}

type Choice = ResultOutput & DeterminismChoice;

/**
 * The comparison itself: run the plan, summarize, save, print. Returns the exit code.
 *
 * Statistics and table are loaded only when they are needed, so that `--help` and usage errors do
 * not wait for them.
 */
async function compareKernels(plan: Plan, choice: Choice, world: World): Promise<number> {
  await checkPlaces(choice);
  const { samples, stop } = await runPlan(plan, choice, world);
  try {
    const document = await documentOf(plan, samples);
    const lines = await determinismText(document, choice);
    await publish({ document, forms: FORMATS, lines, warnings: document.warnings }, choice, world);
    const signal = stop.received();
    return signal === undefined ? EXIT.ok : SIGNAL_EXIT[signal];
  } finally {
    stop.release();
  }
}

async function documentOf(plan: Plan, samples: RunSamples): Promise<ResultDocument> {
  const { summarizeRun } = await import('../stats/summarize.js');
  const summary = summarizeRun(plan, samples);
  return buildResult({ tool: toolFacts(), host: hostFacts(), plan, samples, summary });
}

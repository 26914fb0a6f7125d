/** What `mmsem-bench` does without a command: compares kernels. */
import type { Plan } from '../plan/plan.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import { buildResult, formatResult, type ResultDocument } from '../report/result.js';
import type { RunSamples } from '../samples/samples.js';
import type { Command, CommandEntry } from './command.js';
import { chooseDeterminism, determinismText, type DeterminismChoice } from './determinism.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { comparisonEpilogue } from './help-text.js';
import { defaultTexts, makePlan } from './make-plan.js';
import { COMPARISON } from './options.js';
import { chooseOutput, type OutputChoice } from './output-choice.js';
import type { ColorChoice } from './output-options.js';
import { replayCommand } from './replay.js';
import { runPlan } from './run-plan.js';
import { checkSavable, saveText } from './save-file.js';
import { isColored, isUnicode, widthOf } from './terminal.js';
import { readWorkload } from './workload-settings.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

/** The comparison as a command; its help text lists the others. */
export function comparison(commands: readonly CommandEntry[]): Command {
  return {
    ...COMPARISON,
    presets: ({ workloadFile }) => defaultTexts(readWorkload(workloadFile)),
    epilogue: () => comparisonEpilogue(commands),
    run: async (commandLine, world) => {
      const workload = readWorkload(world.workloadFile);
      const output = chooseOutput(commandLine);
      const plan = makePlan(commandLine.settings, workload);
      const determinism = chooseDeterminism(commandLine, plan);
      const choice = { ...output, ...determinism };
      return replayable(replayCommand(plan), () => compareKernels(plan, choice, world));
    },
  };
}

type Choice = OutputChoice & DeterminismChoice;

/**
 * The comparison itself: run the plan, summarize, save, print. Returns the exit code.
 *
 * Statistics and table are loaded only when they are needed, so that `--help` and usage errors do
 * not wait for them.
 */
async function compareKernels(plan: Plan, choice: Choice, world: World): Promise<number> {
  if (choice.save !== undefined) await checkSavable(choice.save);
  const { samples, stop } = await runPlan(plan, choice, world);
  try {
    const document = await documentOf(plan, samples);
    await publish(document, choice, world);
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

async function publish(
  document: ResultDocument,
  { json, save, color, ...determinism }: Choice,
  world: World,
): Promise<void> {
  const text = json ? formatResult(document) : await tableOf(document, color, world);
  try {
    if (save !== undefined) await saveText(save, formatResult(document));
  } finally {
    // Also when saving failed: what was measured is not lost with the disk that is full.
    const hashes = await determinismText(document, determinism);
    if (json) world.stderr.write(hashes);
    await writeOut(world.stdout, json || hashes === '' ? text : `${text}\n${hashes}`);
  }
}

async function tableOf(
  document: ResultDocument,
  color: ColorChoice,
  { stdout, env }: World,
): Promise<string> {
  const { renderTable } = await import('../report/table.js');
  const width = widthOf(stdout);
  return renderTable(document, {
    color: isColored(color, env, stdout),
    unicode: isUnicode(env),
    ...(width === undefined ? {} : { width }),
  });
}

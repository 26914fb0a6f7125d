/** What `mmsem-bench` does without a command: compares kernels. */
import type { Plan } from '../plan/plan.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import { formatNamed } from '../report/formats/formats.js';
import { buildResult, formatResult, type ResultDocument } from '../report/result.js';
import type { RunSamples } from '../samples/samples.js';
import type { Command, CommandEntry } from './command.js';
import { chooseDeterminism, determinismText, type DeterminismChoice } from './determinism.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { comparisonEpilogue } from './help-text.js';
import { defaultTexts, makePlan } from './make-plan.js';
import { COMPARISON } from './options.js';
import { replayCommand } from './replay.js';
import { chooseResultOutput, type ResultOutput } from './result-output.js';
import { runPlan } from './run-plan.js';
import { checkSavable, saveText } from './save-file.js';
import { checkSummary, remark, writeSummary } from './summary.js';
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
  if (choice.save !== undefined) await checkSavable(choice.save);
  await checkSummary(choice.summary);
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

/** Everywhere it is wanted, and where one place fails still in the others: nothing measured is lost. */
async function publish(document: ResultDocument, choice: Choice, world: World): Promise<void> {
  const { save, summary } = choice;
  try {
    if (save !== undefined) await saveText(save, formatResult(document));
  } finally {
    try {
      if (summary !== undefined) await writeSummary(summary, document, world);
    } finally {
      await print(document, choice, world);
    }
  }
}

/** Stdout belongs to the form, but for prose, which other lines may follow. */
async function print(document: ResultDocument, choice: Choice, world: World): Promise<void> {
  const { isProse, hasWarnings, load } = formatNamed(choice.format);
  const { stdout, stderr, env } = world;
  const width = widthOf(stdout);
  const text = (await load())(document, {
    color: isColored(choice.color, env, stdout),
    unicode: isUnicode(env),
    ...(width === undefined ? {} : { width }),
  });
  const hashes = await determinismText(document, choice);
  if (!isProse) stderr.write(hashes);
  await remark(document, hasWarnings, world);
  await writeOut(stdout, isProse && hashes !== '' ? `${text}\n${hashes}` : text);
}

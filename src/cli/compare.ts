import type { Plan } from '../plan/plan.js';
import type { RunSamples } from '../samples/samples.js';
import { buildResult, formatResult, type ResultDocument } from '../report/result.js';
import { isColored, isUnicode, widthOf } from './terminal.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import type { ColorChoice } from './options.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import type { OutputChoice } from './output-choice.js';
import { runPlan } from './run-plan.js';
import { UsageError } from './usage-error.js';
import type { World } from './world.js';
import { OutputFailed, writeOut } from './write-out.js';

/**
 * The comparison itself: run the plan, summarize, save, print. Returns the exit code.
 *
 * Statistics and table are loaded only when they are needed, so that `--help` and usage errors do
 * not wait for them.
 */
export async function compareKernels(
  plan: Plan,
  output: OutputChoice,
  world: World,
): Promise<number> {
  if (output.save !== undefined) await checkSavable(output.save);
  const { samples, stop } = await runPlan(plan, output.quiet, world);
  try {
    const document = await documentOf(plan, samples);
    await publish(document, output, world);
    const signal = stop.received();
    return signal === undefined ? EXIT.ok : SIGNAL_EXIT[signal];
  } finally {
    stop.release();
  }
}

/** Before the run: after it, an unwritable file would cost the user the run. */
async function checkSavable(file: string): Promise<void> {
  const { assertWritable, NotWritable } = await import('../report/save.js');
  try {
    assertWritable(file);
  } catch (error) {
    throw error instanceof NotWritable ? new UsageError(error.message) : error;
  }
}

async function documentOf(plan: Plan, samples: RunSamples): Promise<ResultDocument> {
  const { summarizeRun } = await import('../stats/summarize.js');
  const summary = summarizeRun(plan, samples);
  return buildResult({ tool: toolFacts(), host: hostFacts(), plan, samples, summary });
}

async function publish(
  document: ResultDocument,
  { json, save, color }: OutputChoice,
  world: World,
): Promise<void> {
  const text = json ? formatResult(document) : await tableOf(document, color, world);
  try {
    if (save !== undefined) await saveDocument(save, formatResult(document));
  } finally {
    // Also when saving failed: what was measured is not lost with the disk that is full.
    await writeOut(world.stdout, text);
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

async function saveDocument(file: string, text: string): Promise<void> {
  const { saveAtomically, NotWritable } = await import('../report/save.js');
  try {
    saveAtomically(file, text);
  } catch (error) {
    throw error instanceof NotWritable ? new OutputFailed(error.message, { cause: error }) : error;
  }
}

/** What `mmsem-bench` does without a command: compares kernels. */
import type { Plan } from '../plan/plan.js';
import { FORMATS } from '../report/formats/formats.js';
import type { Command, CommandEntry } from './command.js';
import { chooseDeterminism, determinismText, type DeterminismChoice } from './determinism.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { comparisonEpilogue } from './help-text.js';
import { defaultTexts, makePlan } from './make-plan.js';
import { COMPARISON } from './options.js';
import { measurePlan } from './measure-plan.js';
import { checkPlaces, publish } from './publish.js';
import { replayCommand } from './replay.js';
import { chooseResultOutput, type ResultOutput } from './result-output.js';
import { planUntil } from './until.js';
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
      const plan = planUntil(makePlan(commandLine.settings, workload), commandLine);
      const determinism = chooseDeterminism(commandLine, plan);
      const choice = { ...output, ...determinism };
      return replayable(replayCommand(plan), () => compareKernels(plan, choice, world));
    },
  };
}

type Choice = ResultOutput & DeterminismChoice;

/** The comparison itself: run the plan, save, print. Returns the exit code. */
async function compareKernels(plan: Plan, choice: Choice, world: World): Promise<number> {
  await checkPlaces(choice);
  const { document, stop } = await measurePlan(plan, choice, world);
  try {
    const lines = await determinismText(document, choice);
    await publish({ document, forms: FORMATS, lines, warnings: document.warnings }, choice, world);
    const signal = stop.received();
    return signal === undefined ? EXIT.ok : SIGNAL_EXIT[signal];
  } finally {
    stop.release();
  }
}

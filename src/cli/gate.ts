/** `mmsem-bench gate`: a pipeline's yes or no to what a run has measured. */
import { GATE_FORMAT_NAMES } from '../gate/gate-formats.js';
import type { Command } from './command.js';
import { outputFiles, reads, refuseSharedFiles, writes } from './distinct-files.js';
import { CHECKS, chooseGate } from './gate-options.js';
import { runGate } from './gate-run.js';
import { HIDDEN_PLAN_OPTIONS } from './options.js';
import { chooseFormOutput, formOptions } from './result-output.js';

const OUTPUT_HERE = formOptions(GATE_FORMAT_NAMES);

const EPILOGUE = `Rules are LEFT >= RIGHT, or with > <= <. LEFT is a kernel, a metric or KERNEL.METRIC; RIGHT is
baseline or a kernel, with - 5% behind it or 2x before it; a bare 2x; or a number such as 5ms, 14M.
Exit codes: 0 pass or improvement; 1 regression; 2 wrong usage or unreadable input; 3 inconclusive;
4 no baseline, or not comparable; 5 the run failed or is untrustworthy; 130, 143, 129 by a signal.
Examples:
  mmsem-bench gate --save-baseline results/baseline/main.json --engine virtual
  mmsem-bench gate --baseline results/baseline/main.json
  mmsem-bench gate --require 'patched >= pristine + 3%'`;

export const gate: Command = {
  description:
    'Runs the comparison, fails when performance regressed by more than is allowed, and says so where a\n' +
    'reviewer looks: against a saved baseline, or between the kernels of one run. Takes every option of\n' +
    'the comparison besides (mmsem-bench --help), whose defaults are those of the baseline.',
  groups: { Gate: { ...CHECKS, ...HIDDEN_PLAN_OPTIONS }, Output: OUTPUT_HERE },
  epilogue: () => EPILOGUE,
  insteadOfStress:
    'lines in its manner are not gated; run two of them, each with --yaml FILE of its own, and give ' +
    'both files to mmsem-bench compare',
  run: (commandLine, world) => {
    const output = chooseFormOutput(OUTPUT_HERE, commandLine, world.env);
    const choice = chooseGate(commandLine);
    refuseSharedFiles([...outputFiles(output), ...reads('--baseline', choice.baseline)]);
    // By itself: the next baseline may well take the place of the one that judges.
    refuseSharedFiles([...outputFiles(output), ...writes('--save-baseline', choice.saveBaseline)]);
    return runGate(commandLine, choice, output, world);
  },
};

/** `mmsem-bench verify`: does the model do what Linux promises, whatever the kernel? */
import { setImmediate as turn } from 'node:timers/promises';
import { PAGE_SIZE } from '../mm/layout.js';
import { rulesOf } from '../mm/kernel-rules.js';
import type { OpenProcess } from '../verify/verify.js';
import { CASES, caseNames } from '../verify/cases/index.js';
import { buildVerification, type VerificationDocument } from '../report/verification.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import { renderGrid, wrapText } from '../report/grid.js';
import type { Command } from './command.js';
import type { CommandLine } from './command-line.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { MODEL } from './model-options.js';
import { namesOf, type ValueOption } from './option-value.js';
import { chooseOutput, type OutputChoice } from './output-choice.js';
import { OUTPUT } from './output-options.js';
import { progressLine } from './progress-line.js';
import { readValues, type Settings } from './setting.js';
import { catchStopSignals } from './stop-signals.js';
import { isColored, widthOf } from './terminal.js';
import { formatBytes } from './units.js';
import { UsageError } from './usage-error.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

const SELECTION = {
  cases: {
    flags: '--cases <LIST>',
    help: 'these alone; --list prints their names and what each asserts',
    expects: 'a comma-separated list of cases (see mmsem-bench verify --list)',
    parse: namesOf('case', caseNames()),
  },
} satisfies Record<string, ValueOption<unknown>>;

const LIST = { flags: '--list', help: 'print the cases and exit' };

const OUTPUT_HERE = {
  json: { ...OUTPUT.json, help: 'print one JSON document instead (results/verify.schema.json)' },
  color: OUTPUT.color,
  'no-color': OUTPUT['no-color'],
  quiet: OUTPUT.quiet,
};

const EPILOGUE = `Every case runs on a process of its own per kernel, those with several tasks under a few hundred
schedules; what a case leaves behind must satisfy all invariants of the model.
Exit codes: 0 all pass, 1 a case fails, 2 wrong usage, 5 the run failed; 130, 143, 129 interrupted
by SIGINT, SIGTERM, SIGHUP: the cases so far are printed.`;

const WIDTH = 100;
const ASSERTS_WIDTH_MIN = 30;

interface Request {
  readonly kernels: readonly string[];
  readonly thresholdBytes: number;
  readonly linux: string;
  /** Names; undefined for all. */
  readonly cases: readonly string[] | undefined;
}

/** The command on processes that `loadProcess` makes, loaded when there is something to run. */
export function verifyCommand(loadProcess: () => Promise<OpenProcess>): Command {
  return {
    description:
      'Runs conformance cases in the manner of the Linux Test Project: what mmap, munmap and their like\n' +
      'return, what an address space looks like after them, and what loads and stores see.',
    groups: { Model: MODEL, Cases: { ...SELECTION, list: LIST }, Output: OUTPUT_HERE },
    epilogue: () => EPILOGUE,
    run: (commandLine, world) => verifyRun(commandLine, world, loadProcess),
  };
}

export const verify = verifyCommand(
  async () => (await import('../process/lone-process.js')).openProcess,
);

async function verifyRun(
  commandLine: CommandLine,
  world: World,
  loadProcess: () => Promise<OpenProcess>,
): Promise<number> {
  const request = verifyRequest(commandLine.settings);
  const output = chooseOutput(commandLine);
  if (commandLine.switches.has('list')) {
    if (output.json) throw new UsageError('--list is text: leave out --json');
    await writeOut(world.stdout, listOfCases(widthOf(world.stdout) ?? WIDTH));
    return EXIT.ok;
  }
  return replayable(replayVerify(request), async () =>
    runAndPrint(request, output, world, await loadProcess()),
  );
}

/** Throws UsageError. */
function verifyRequest(settings: Settings): Request {
  const { kernels, threshold, linux } = readValues(MODEL, settings);
  const { cases } = readValues(SELECTION, settings);
  return { kernels: [...new Set(kernels)], thresholdBytes: threshold, linux, cases };
}

function replayVerify({ kernels, thresholdBytes, linux, cases }: Request): string {
  return [
    `npx mmsem-bench verify --kernels ${kernels.join(',')}`,
    `--threshold ${formatBytes(thresholdBytes)} --linux ${linux}`,
    ...(cases === undefined ? [] : [`--cases ${cases.join(',')}`]),
  ].join(' ');
}

/** Names in one column, and what each case asserts beside them, within `width` where words can be broken. */
function listOfCases(width: number): string {
  const nameWidth = Math.max(...caseNames().map((name) => name.length));
  const rows = CASES.flatMap(({ name, asserts, ltp }) => {
    const text = ltp === undefined ? asserts : `${asserts} (${ltp})`;
    const lines = wrapText(text, Math.max(ASSERTS_WIDTH_MIN, width - nameWidth - 2));
    return lines.map((line, i) => [{ text: i === 0 ? name : '' }, { text: line }]);
  });
  return `${renderGrid(rows).join('\n')}\n`;
}

/** Signals stay caught until the result is printed. Returns the exit code. */
async function runAndPrint(
  request: Request,
  output: OutputChoice,
  world: World,
  open: OpenProcess,
): Promise<number> {
  const { kernels, thresholdBytes, linux, cases: names } = request;
  const { verifyKernels } = await import('../verify/verify.js');
  const progress = progressLine(world.stderr, world.env, output.quiet);
  const stop = catchStopSignals(world.signals, () => {
    progress.clear();
  });
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const cases = names === undefined ? CASES : CASES.filter(({ name }) => names.includes(name));
  try {
    const plan = {
      kernels,
      thresholdPages: Math.ceil(thresholdBytes / PAGE_SIZE),
      rules: rulesOf(linux),
      cases,
    };
    const results = await verifyKernels(plan, open, async (done) => {
      progress.show(`${done} of ${cases.length} cases done`);
      await turn();
      return !stop.signal.aborted;
    });
    progress.clear();
    const signal = stop.received();
    const document = buildVerification({
      tool: toolFacts(),
      host: { ...hostFacts(), startedAt, elapsedSeconds: (performance.now() - began) / 1000 },
      kernels,
      thresholdBytes,
      linux,
      partial: results.length < cases.length,
      cases: results,
    });
    await writeOut(world.stdout, await resultText(document, output, world));
    if (signal !== undefined) return SIGNAL_EXIT[signal];
    return document.failed === 0 ? EXIT.ok : EXIT.findings;
  } finally {
    progress.clear();
    stop.release();
  }
}

async function resultText(
  document: VerificationDocument,
  { json, color }: OutputChoice,
  { stdout, env }: World,
): Promise<string> {
  if (json) return (await import('../report/verification.js')).formatVerification(document);
  const { renderVerification } = await import('../report/verification-table.js');
  const width = widthOf(stdout) ?? WIDTH;
  return renderVerification(document, { color: isColored(color, env, stdout), width });
}

/** `mmsem-bench calibrate --noise`: what a gate on this machine is worth. */
import { kernelNames, partsOfKernelName } from '../mm/kernels.js';
import type { NoiseDocument, NoiseQuestion } from '../gate/noise-document.js';
import type { Plan } from '../plan/plan.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import type { Switch } from './command.js';
import type { CommandLine } from './command-line.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { allowedRegression, GATE_OPTIONS } from './gate-options.js';
import { makePlan } from './make-plan.js';
import { between, InvalidValue, nameOf, wholeNumber, type ValueOption } from './option-value.js';
import { HIDDEN_PLAN_OPTIONS } from './options.js';
import { chooseOutput, type OutputChoice } from './output-choice.js';
import { planTexts } from './plan-texts.js';
import { runPlan } from './run-plan.js';
import { checkSavable, saveText } from './save-file.js';
import { readValues, typedSetting } from './setting.js';
import { widthOf } from './terminal.js';
import { parsePercent } from './units.js';
import { UsageError } from './usage-error.js';
import { readWorkload } from './workload-settings.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

const GATES = {
  gates: {
    flags: '--gates <N>',
    help: 'gates of each kind, every one of all --rounds, 1 to 1000',
    expects: 'a whole number from 1 to 1000',
    parse: wholeNumber(1, 1000),
    preset: '10',
  },
  planted: {
    flags: '--planted <P>',
    help: 'the slow-down that is to be found, more than 0% up to 50%',
    expects: 'a percentage above 0% and up to 50% such as 8%',
    parse: parsePlanted,
    preset: '8%',
  },
  kernels: {
    flags: '--kernels <NAME>',
    help: 'the kernel to run beside itself',
    expects: `one kernel, to run beside itself (${kernelNames().join(', ')})`,
    parse: nameOf('kernel', kernelNames()),
    preset: 'pristine',
  },
} satisfies Record<string, ValueOption<unknown>>;

/** Listed in the help text of the comparison; `-t` is taken here. */
const COMPARISON_OPTIONS = Object.fromEntries(
  Object.entries(HIDDEN_PLAN_OPTIONS).map(([name, option]) => {
    return [name, { ...option, flags: option.flags.replace(/^-\w, /, '') }];
  }),
);

/** `noise` itself, and all that goes with it alone. */
export const NOISE_OPTIONS = {
  noise: {
    flags: '--noise',
    help: 'measure instead what a gate is worth here, with every option of the comparison',
  },
  ...COMPARISON_OPTIONS,
  ...GATES,
  'max-regression': {
    ...GATE_OPTIONS['max-regression'],
    help: 'change for the worse that the gates allow [5%]',
  },
} satisfies Record<string, ValueOption<unknown> | Switch>;

export const NOISE_EPILOGUE = `Example: mmsem-bench calibrate --noise --tasks 1 --mmap-bytes 256M --rounds 80 --timeout 2s
judges 10 runs as mmsem-bench gate would with these options, on a kernel beside itself and on one
that is 8 % slower. Exit codes: 0 measured, 2 wrong usage, 5 failed or not to be trusted; by a
signal 130, 143, 129, with what is there.`;

/**
 * Which kind of calibration is asked for; `others` are the options of the other kind alone. Throws
 * UsageError for words of one kind in the other.
 */
export function isAboutNoise(
  { settings, switches }: CommandLine,
  others: readonly string[],
): boolean {
  const isNoise = switches.has('noise');
  const strangers = isNoise ? others : ['json', ...Object.keys(NOISE_OPTIONS)];
  const stranger = [...switches, ...settings.keys()].find((name) => strangers.includes(name));
  if (stranger === undefined) return isNoise;
  throw new UsageError(
    isNoise
      ? `--${stranger} does not go with --noise, which takes --gates, --rounds and --timeout: leave it out`
      : `--${stranger} goes with --noise alone: add --noise, or leave --${stranger} out`,
  );
}

export async function calibrateNoise(commandLine: CommandLine, world: World): Promise<number> {
  const output = chooseOutput(commandLine);
  const asked = readQuestion(commandLine);
  const plan = noisePlan(commandLine, world);
  if (output.save !== undefined) await checkSavable(output.save);
  return replayable(replayText(plan, asked), () => measureNoise(plan, asked, output, world));
}

/** Throws UsageError. */
function readQuestion(commandLine: CommandLine): NoiseQuestion {
  const { gates, planted } = readValues(GATES, commandLine.settings);
  const maxRegression = allowedRegression(commandLine);
  if (planted > maxRegression) return { gates, maxRegression, planted };
  const [allowed, given] = [maxRegression, planted].map(percentText);
  throw new UsageError(
    `--planted takes more than the ${allowed} that --max-regression allows, or there is nothing to ` +
      `find, not '${given}': raise it, or lower --max-regression`,
  );
}

/** One gate's run, with the twin and the planted kernel side by side. Throws UsageError. */
function noisePlan({ settings }: CommandLine, world: World): Plan {
  const { kernels: base, planted } = readValues(GATES, settings);
  const kernels = [base, base, `${base}+${percentText(planted)}`].join(',');
  const setting = typedSetting('kernels', kernels);
  return makePlan(new Map([...settings, ['kernels', setting]]), readWorkload(world.workloadFile));
}

async function measureNoise(
  plan: Plan,
  asked: NoiseQuestion,
  output: OutputChoice,
  world: World,
): Promise<number> {
  const wantsMore = (_: unknown, batches: number): boolean => batches < asked.gates;
  const { samples, stop } = await runPlan(plan, { quiet: output.quiet, wantsMore }, world);
  try {
    const { noiseDocument } = await import('../gate/noise.js');
    const run = { tool: toolFacts(), host: hostFacts(), plan, samples };
    const document = noiseDocument(run, asked);
    await publish(document, output, world);
    const signal = stop.received();
    if (signal !== undefined) return SIGNAL_EXIT[signal];
    return document.reasons.length > 0 ? EXIT.runFailed : EXIT.ok;
  } finally {
    stop.release();
  }
}

/** Saves first: what was measured is not lost with a stdout that is gone. */
async function publish(
  document: NoiseDocument,
  { json, save }: OutputChoice,
  { stdout, stderr }: World,
): Promise<void> {
  const { formatNoise } = await import('../gate/noise-document.js');
  try {
    if (save !== undefined) await saveText(save, formatNoise(document));
  } finally {
    if (json) {
      const { reasons, warnings } = document;
      for (const line of reasons) stderr.write(`mmsem-bench: not to be trusted: ${line}\n`);
      for (const line of warnings) stderr.write(`warning: ${line}\n`);
      await writeOut(stdout, formatNoise(document));
    } else {
      const { renderNoise } = await import('../gate/noise-table.js');
      await writeOut(stdout, renderNoise(document, widthOf(stdout)));
    }
  }
}

function replayText(plan: Plan, { gates, maxRegression, planted }: NoiseQuestion): string {
  const options = [
    ['gates', String(gates)],
    ['max-regression', percentText(maxRegression)],
    ['planted', percentText(planted)],
    ...planTexts({ ...plan, kernels: plan.kernels.slice(0, 1) }, 'all'),
  ].map(([name, text]) => `--${name} ${text}`);
  return ['npx mmsem-bench calibrate --noise', ...options].join(' ');
}

/** What the name of a kernel has room for. */
function parsePlanted(text: string): number {
  const value = between(0, 0.5, parsePercent)(text);
  const [name] = kernelNames();
  if (partsOfKernelName(`${name!}+${text}`) === undefined) {
    throw new InvalidValue(`; '${text}' cannot be planted`);
  }
  return value;
}

/** 0.08 is `8%`. */
function percentText(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(12))}%`;
}

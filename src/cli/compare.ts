/** `mmsem-bench compare`: the comparison's verdicts for runs that somebody saved. */
import type { CompareDocument } from '../gate/compare-document.js';
import { COMPARE_FORMATS } from '../gate/compare-formats.js';
import { toolFacts } from '../report/facts.js';
import { oneLine } from '../util/one-line.js';
import type { Command, Operand } from './command.js';
import { outputFiles, reads, refuseSharedFiles } from './distinct-files.js';
import { EXIT } from './exit-code.js';
import { InvalidValue, type ValueOption } from './option-value.js';
import { fileName } from './output-options.js';
import { checkPlaces, publish } from './publish.js';
import { chooseFormOutput, formOptions } from './result-output.js';
import { missingValue, readSetting, readValues } from './setting.js';
import { UsageError } from './usage-error.js';
import type { World } from './world.js';

const FILES: Operand<string> = {
  word: 'FILE',
  help: 'a saved run, or several, FILE,FILE, whose samples count as those of one',
  expects: 'the file of a saved run',
  parse: fileName,
  required: true,
  many: true,
};

const METRIC = {
  metric: {
    flags: '--metric <LIST>',
    help:
      "compare these; otherwise stress-ng's runs in faultsPerSecond and\n" +
      'bogo-ops-per-second-real-time, two others in all metrics that\n' +
      'they share, more in the primary one; keys of the YAML are names, too',
    expects: 'a comma-separated list of metrics',
    parse: metricNames,
  },
} satisfies Record<string, ValueOption<unknown>>;

const { format, json, save, summary, color, ...others } = formOptions(
  COMPARE_FORMATS.map(({ name }) => name),
);

/** Nothing takes so long that there would be progress to tell, and --quiet to forbid it. */
const FORMS = {
  ...{ format, json, save, summary, color },
  'no-summary': others['no-summary'],
  'no-color': others['no-color'],
};

const EPILOGUE = `FILE is JSON of mmsem-bench --save, Go benchmark text, YAML of stress-ng since 0.09, or what it
printed. The first is the base. Runs of the same label are compared: kernels, benchmarks, stressors;
of one FILE alone, its first run with its others. Simulations of the same seeds are paired and
judged exactly; all else by a Mann-Whitney test, p adjusted for all comparisons of the table. One
run a side decides nothing. Documents of stress-ng that follow one another in a FILE are runs of one
side, and this pools several files, unless there is one whose name has that comma:
  mmsem-bench compare before-1.yaml,before-2.yaml,... after-1.yaml,after-2.yaml,...
Exit codes: 0 compared, whatever was found (only gates fail on it), 2 wrong usage or a file that
cannot be used or written, 4 nothing in the files goes together.`;

export const compare: Command = {
  description: 'Compares saved runs with the first of them, in one table.',
  operands: { file: FILES },
  groups: { Output: { ...METRIC, ...FORMS } },
  epilogue: () => EPILOGUE,
  run: async (commandLine, world) => {
    const files = commandLine.given.get('file')?.map((setting) => readSetting(FILES, setting));
    if (files === undefined) throw missingValue('file', FILES);
    const { metric } = readValues(METRIC, commandLine.settings);
    const output = chooseFormOutput(FORMS, commandLine, world.env);
    const { filesOf } = await import('../gate/saved-sides.js');
    const inputs = files.flatMap(filesOf).flatMap((file) => reads('FILE', file));
    refuseSharedFiles([...outputFiles(output), ...inputs]);
    await checkPlaces(output);
    const document = await compareFiles(files, metric, world);
    if (document === undefined) return EXIT.notComparable;
    const { warnings } = document;
    await publish({ document, forms: COMPARE_FORMATS, warnings }, output, world);
    return EXIT.ok;
  },
};

/** Undefined if nothing goes together, which stderr says then. Throws UsageError. */
async function compareFiles(
  files: readonly string[],
  metrics: readonly string[] | undefined,
  { stderr }: World,
): Promise<CompareDocument | undefined> {
  const { readSide } = await import('../gate/saved-sides.js');
  const { compareSaved } = await import('../gate/compare-saved.js');
  const { NothingToCompare } = await import('../gate/match-runs.js');
  const { SavedRunRefused } = await import('../report/readers/saved-run.js');
  const { ourName } = await import('../report/readers/stress-ng-runs.js');
  const names = metrics && [...new Set(metrics.map(ourName))];
  try {
    const sides = [];
    for (const file of files) sides.push(await readSide(file));
    return compareSaved(toolFacts(), sides, names);
  } catch (error) {
    if (error instanceof SavedRunRefused) throw new UsageError(error.message);
    if (!(error instanceof NothingToCompare)) throw error;
    stderr.write(`mmsem-bench: nothing to compare: ${oneLine(error.message)}\n`);
    return undefined;
  }
}

function metricNames(text: string): readonly string[] {
  const names = text.split(',');
  if (names.includes('')) throw new InvalidValue(`, not '${text}'`);
  return [...new Set(names)];
}

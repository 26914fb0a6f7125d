/** `mmsem-bench host`: the real kernel's column beside the simulated ones. */
import { buildHost, formatHost, type HostDocument } from '../report/host-document.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import { formatCount } from '../report/format.js';
import type { Command } from './command.js';
import type { CommandLine } from './command-line.js';
import { refuseSharedFiles, writes } from './distinct-files.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { CheckFailed } from './failure.js';
import { HOW_TO_INSTALL, type StressNg } from './host/find-stress-ng.js';
import { hostNotes } from './host/host-notes.js';
import { realTools, type HostTools } from './host/host-tools.js';
import { measureHost, simulatedOptions } from './host/measure-host.js';
import { shortage } from './host/memory-check.js';
import { StressNgFailed } from './host/real-run.js';
import { wholeNumber, type ValueOption } from './option-value.js';
import { chooseOutput, type OutputChoice } from './output-choice.js';
import { fileName, OUTPUT } from './output-options.js';
import { progressLine } from './progress-line.js';
import { checkSavable, saveText } from './save-file.js';
import { readValues } from './setting.js';
import { catchStopSignals } from './stop-signals.js';
import { isColored, isUnicode, widthOf } from './terminal.js';
import { UsageError } from './usage-error.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

const RUNS_MAX = 1000;
const WIDTH = 100;

const REAL = {
  'stress-ng': {
    flags: '--stress-ng <PATH>',
    help: 'the program; otherwise the one in PATH',
    expects: 'a program that can be run',
    parse: fileName,
  },
  runs: {
    flags: '--runs <N>',
    help: 'times that both sides run, each time with another seed, 1 to 1000',
    expects: `a whole number from 1 to ${RUNS_MAX}`,
    parse: wholeNumber(1, RUNS_MAX),
    preset: '1',
  },
  yaml: {
    flags: '-Y, --yaml <FILE>',
    help: 'keep what stress-ng writes, a document for every run, for compare',
    expects: 'a file name',
    parse: fileName,
  },
} satisfies Record<string, ValueOption<unknown>>;

const YES = { flags: '--yes', help: 'run it even if the memory may not suffice' };

const OUTPUT_HERE = {
  json: { ...OUTPUT.json, help: 'print one JSON document instead (results/host.schema.json)' },
  save: OUTPUT.save,
  color: OUTPUT.color,
  'no-color': OUTPUT['no-color'],
  quiet: OUTPUT.quiet,
};

const EPILOGUE = `All other options are stress-ng's, and those of the simulation (--engine, --kernels, ...), which
stress-ng is not given. What they leave open is as on this machine: --mmap-compat by the version of
stress-ng, --linux, --thp and --max-map-count (not --cpus).
  mmsem-bench host --runs 20 --mmap 1 --mmap-ops 20 --mmap-bytes 4M --mmap-file
With -n, --dry-run both command lines are printed, and nothing is run. Without an end, by --timeout
or by operations of every stressor, nothing is run either.
Page faults per bogo-op must agree for mmap, and are marked where they are off by more than 3 % and
more than chance; rates need not. They are perf's, or getrusage's where stress-ng may not use perf.
Exit codes: 0 compared, whatever was found, 2 wrong usage, also in stress-ng's own words, or memory
that may not suffice, 4 no stress-ng, 5 a run failed; 130, 143, 129 interrupted.`;

export function hostCommand(toolsOf: (world: World) => HostTools): Command {
  return {
    description:
      'Runs an installed stress-ng, and the same workload on the simulated kernels, and puts the real\n' +
      "kernel's page faults beside theirs.",
    others: 'stress-ng options',
    groups: { 'Real side': { ...REAL, yes: YES }, Output: OUTPUT_HERE },
    epilogue: () => EPILOGUE,
    run: (commandLine, world) => hostRun(commandLine, world, toolsOf(world)),
  };
}

export const host = hostCommand(realTools);

interface Request {
  readonly words: readonly string[];
  readonly runs: number;
  readonly yaml: string | undefined;
  readonly output: OutputChoice;
}

async function hostRun(commandLine: CommandLine, world: World, tools: HostTools): Promise<number> {
  const { 'stress-ng': wanted, runs, yaml } = readValues(REAL, commandLine.settings);
  const { others: words, switches } = commandLine;
  const output = chooseOutput(commandLine);
  if (words.length === 0) {
    throw new UsageError(
      'host takes options of stress-ng such as --mmap 1 --mmap-ops 20 --mmap-bytes 4M, and none is given',
    );
  }
  refuseSharedFiles([...writes('--save', output.save), ...writes('--yaml', yaml)]);
  for (const file of [output.save, yaml]) if (file !== undefined) await checkSavable(file);
  const stressNg = await tools.find(wanted, world.env);
  if (stressNg === undefined) {
    world.stderr.write(`mmsem-bench: there is no stress-ng in PATH: ${HOW_TO_INSTALL}\n`);
    return EXIT.noStressNg;
  }
  const machine = tools.machine();
  // The real side comes first and may take hours: what the other cannot do is told before.
  const line = tools.read(simulatedOptions(words, 0, stressNg.version, machine));
  const problem = switches.has('yes') ? undefined : shortage(words, tools.memory());
  const request = { words, runs, yaml, output };
  if (line.wishes.dryRun) {
    const { hostDryRunText } = await import('./host/host-dry-run.js');
    await writeOut(world.stdout, hostDryRunText({ request, line, stressNg, machine, problem }));
    return EXIT.ok;
  }
  if (problem !== undefined && !(await isWanted(problem, tools))) return EXIT.usage;
  return runAndPrint(request, stressNg, tools, world);
}

/** Asks whoever sits there. Throws UsageError where nobody does. */
async function isWanted(problem: string, { ask }: HostTools): Promise<boolean> {
  if (ask === undefined)
    throw new UsageError(`${problem}; give less, or --yes to run it all the same`);
  return ask(`${problem}. Run it? [y/N] `);
}

/** Signals stay caught until the result is printed. Returns the exit code. */
async function runAndPrint(
  { words, runs, yaml, output }: Request,
  stressNg: StressNg,
  tools: HostTools,
  world: World,
): Promise<number> {
  const progress = progressLine(world.stderr, world.env, output.quiet);
  const stop = catchStopSignals(world.signals, () => {
    progress.clear();
  });
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const documents: string[] = [];
  const machine = tools.machine();
  try {
    const measured = await measureHost(
      { words, runs },
      {
        ...{ stressNg, machine, run: tools.run, simulate: tools.simulate, signal: stop.signal },
        onRun: (what) => {
          progress.show(what);
        },
        onYaml: (text) => documents.push(text),
      },
    );
    progress.clear();
    const document = buildHost({
      tool: toolFacts(),
      host: { ...hostFacts(), startedAt, elapsedSeconds: (performance.now() - began) / 1000 },
      stressNg: { version: stressNg.version, options: measured.realOptions },
      simulated: { options: measured.simulatedOptions },
      samples: measured.samples,
      notes: hostNotes(words, measured),
    });
    if (output.save !== undefined) await saveText(output.save, formatHost(document));
    await writeOut(world.stdout, await resultText(document, output, world));
    return EXIT.ok;
  } catch (error) {
    const signal = stop.received();
    if (signal !== undefined) {
      progress.clear();
      world.stderr.write(`mmsem-bench: ${interrupted(documents.length, runs, yaml)}\n`);
      return SIGNAL_EXIT[signal];
    }
    if (!(error instanceof StressNgFailed)) throw error;
    throw error.isUsage ? new UsageError(error.message) : new CheckFailed(error.message);
  } finally {
    progress.clear();
    stop.release();
    // Runs of hours may be among those that came before the one that failed.
    if (yaml !== undefined && documents.length > 0) await saveText(yaml, documents.join(''));
  }
}

/** What is left of a run that a signal has ended. */
function interrupted(done: number, runs: number, yaml: string | undefined): string {
  const ended = `interrupted after ${done} of ${formatCount(runs, 'run')} of stress-ng`;
  if (done === 0) return `${ended}: nothing to compare`;
  return yaml === undefined
    ? `${ended}, which are not kept: --yaml FILE keeps them`
    : `${ended}, which '${yaml}' has, for compare`;
}

async function resultText(
  document: HostDocument,
  { json, color }: OutputChoice,
  { stdout, env }: World,
): Promise<string> {
  if (json) return formatHost(document);
  const { renderHost } = await import('../report/host-table.js');
  const width = widthOf(stdout) ?? WIDTH;
  return renderHost(document, {
    ...{ width, unicode: isUnicode(env) },
    color: isColored(color, env, stdout),
  });
}

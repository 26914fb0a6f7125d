/** `mmsem-bench calibrate`: what the threads engine's work costs on this machine, as a profile. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunCalibration } from '../engine/calibrate/calibrate.js';
import { calibrationPlan, checkedTasks } from '../engine/calibrate/plan.js';
import { modelOf, THIS_HOST, type Profile } from '../plan/machine-model.js';
import { kernelLabels } from '../plan/plan.js';
import { formatProfile } from '../report/profile.js';
import type { CalibrationSamples } from '../samples/calibration.js';
import type { Predicted } from '../stats/prediction.js';
import { calibrateNoise, isAboutNoise, NOISE_EPILOGUE, NOISE_OPTIONS } from './calibrate-noise.js';
import type { Command } from './command.js';
import type { CommandLine } from './command-line.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { between, type ValueOption } from './option-value.js';
import { chooseOutput } from './output-choice.js';
import { OUTPUT } from './output-options.js';
import { progressLine, type ProgressLine } from './progress-line.js';
import { THIS_HOST_FILE } from './read-machine.js';
import { checkSavable, saveText } from './save-file.js';
import { readValues } from './setting.js';
import { catchStopSignals, type StopSignals } from './stop-signals.js';
import { widthOf } from './terminal.js';
import { formatSeconds, parseSeconds } from './units.js';
import { UsageError } from './usage-error.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

const MEASURING = {
  time: {
    flags: '-t, --time <T>',
    help: 'how long to measure, about, 1s to 10m',
    expects: 'a time from 1s to 10m such as 20s (suffixes s m h d w y)',
    parse: between(1, 600, parseSeconds),
    preset: '12s',
  },
} satisfies Record<string, ValueOption<unknown>>;

const CHECK = {
  flags: '--check',
  help: 'run the threads engine between the measurements, and compare it with predictions',
};

const OUTPUT_HERE = {
  save: {
    ...OUTPUT.save,
    help: `write the profile to FILE instead of ${THIS_HOST_FILE}; with --noise the JSON document`,
  },
  json: { ...OUTPUT.json, help: 'print one JSON document instead of the table, with --noise' },
  quiet: OUTPUT.quiet,
};

const EPILOGUE = `Afterwards \`mmsem-bench --engine virtual --machine ${THIS_HOST}\`, in the same directory,
predicts what the threads engine does here. Costs come from one task alone and from two tasks at
one lock; a check predicts whole workloads from them. Run it while the machine has nothing else to
do. Exit codes: 0 the profile is written, and with --check every prediction was within 15 %;
2 wrong usage; 5 the run failed, or a prediction was further off (the profile is written all the
same); 130, 143, 129 interrupted by SIGINT, SIGTERM, SIGHUP: nothing is written, or after the
measurements the profile alone.`;

/** How many rounds of a plan are simulated for a prediction: simulations differ little. */
const PREDICTED_ROUNDS = 2;

/** The command with measurements to be loaded when it is certain that something is to be measured. */
export function calibrateCommand(load: () => Promise<RunCalibration>): Command {
  return {
    description:
      "Measures what the threads engine's own work costs on this machine, and writes it as the machine\n" +
      `profile ${THIS_HOST}; with --noise, what a gate is worth on it.`,
    groups: {
      Measuring: { ...MEASURING, check: CHECK },
      'Noise, by gates of identical kernels and of one with a slow-down planted': NOISE_OPTIONS,
      Output: OUTPUT_HERE,
    },
    epilogue: () => `${EPILOGUE}\n\n${NOISE_EPILOGUE}`,
    run: (commandLine, world) =>
      isAboutNoise(commandLine, Object.keys({ ...MEASURING, check: CHECK }))
        ? calibrateNoise(commandLine, world)
        : calibrateRun(commandLine, world, load),
  };
}

export const calibrate = calibrateCommand(
  async () => (await import('../engine/calibrate/calibrate.js')).runCalibration,
);

async function calibrateRun(
  commandLine: CommandLine,
  world: World,
  load: () => Promise<RunCalibration>,
): Promise<number> {
  const { time } = readValues(MEASURING, commandLine.settings);
  const { save, quiet } = chooseOutput(commandLine);
  const check = commandLine.switches.has('check');
  const file = save ?? THIS_HOST_FILE;
  if (save === undefined) makeDirectoryOf(file);
  await checkSavable(file);
  const again = `npx mmsem-bench calibrate --time ${formatSeconds(time)}${check ? ' --check' : ''}`;
  const progress = progressLine(world.stderr, world.env, quiet);
  const say = (text: string): void => {
    progress.clear();
    world.stderr.write(`mmsem-bench: ${text}\n`);
  };
  const stop = catchStopSignals(world.signals, () => {
    if (world.stderr.isTTY === true) say('ending the run; Ctrl-C again exits at once');
  });
  return replayable(again, async () => {
    try {
      const runCalibration = await load();
      const samples = await runCalibration({
        seconds: time,
        check,
        signal: stop.signal,
        onRound: (done, total) => {
          progress.show(`round ${done + 1}/${total}`);
        },
      });
      const signal = stop.received();
      if (signal !== undefined) {
        say(`${signal} ended the measurements: nothing is written`);
        return SIGNAL_EXIT[signal];
      }
      const profile = await publish(samples, file, world, progress);
      if (!check) return EXIT.ok;
      const predicted = await predictAll(samples.host.cpus, profile, world, { progress, stop });
      const late = stop.received();
      if (late !== undefined) {
        say(`${late} ended the check: nothing is predicted; the profile is written to ${file}`);
        return SIGNAL_EXIT[late];
      }
      progress.clear();
      return await judge(predicted, samples, world);
    } finally {
      progress.clear();
      stop.release();
    }
  });
}

/** The default place need not exist yet; a place that the user names is the user's to make. */
function makeDirectoryOf(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(
      `cannot make the directory '${dirname(file)}' (${code}); give --save FILE`,
    );
  }
}

/** Saves the profile first: what was measured is not lost with a stdout that is gone. */
async function publish(
  samples: CalibrationSamples,
  file: string,
  { stdout, stderr }: World,
  progress: ProgressLine,
): Promise<Profile> {
  const { calibratedProfile, sawContention } = await import('../stats/calibrated-profile.js');
  const { renderCosts } = await import('../report/calibration-table.js');
  const profile = calibratedProfile(samples);
  await saveText(file, formatProfile(profile));
  progress.clear();
  if (!sawContention(samples)) {
    const why =
      'two tasks were hardly ever seen running at a time; what they cost each other is a guess';
    stderr.write(`warning: ${why}\n`);
  }
  const costs = renderCosts(profile, widthOf(stdout));
  await writeOut(stdout, `${costs}\nwritten to ${file}, with the source of every cost\n`);
  return profile;
}

/** Ends early by a signal; what a simulation that was cut short says is no prediction. */
async function predictAll(
  cpus: number,
  profile: Profile,
  world: World,
  { progress, stop }: { readonly progress: ProgressLine; readonly stop: StopSignals },
): Promise<Predicted[]> {
  const predicted: Predicted[] = [];
  for (const tasks of checkedTasks(cpus)) {
    if (stop.received() !== undefined) break;
    progress.show(`predicting ${tasks} tasks`);
    predicted.push(...(await predict(tasks, profile, world, stop.signal)));
  }
  return predicted;
}

/** Prints what was predicted beside what was measured; the exit code says whether they agree. */
async function judge(
  predicted: readonly Predicted[],
  samples: CalibrationSamples,
  world: World,
): Promise<number> {
  const { comparePredictions, wasDisturbed } = await import('../stats/prediction.js');
  const { renderPredictions } = await import('../report/calibration-table.js');
  const predictions = comparePredictions(predicted, samples);
  if (wasDisturbed(predictions)) {
    const why =
      'other programs had the CPUs for part of the time; measured rates are too low for it';
    world.stderr.write(`warning: ${why}\n`);
  }
  const text = renderPredictions(predictions, widthOf(world.stdout));
  await writeOut(world.stdout, `\n${text}`);
  return predictions.every(({ isWithin }) => isWithin) ? EXIT.ok : EXIT.runFailed;
}

async function predict(
  tasks: number,
  profile: Profile,
  world: World,
  signal: AbortSignal,
): Promise<Predicted[]> {
  const plan = calibrationPlan(tasks, PREDICTED_ROUNDS, modelOf(profile));
  const engine = await world.loadEngine(plan.engine);
  const ignore = (): void => undefined;
  const samples = await engine.run(plan, { signal, onProgress: ignore, onHungTask: ignore });
  const { summarizeRun } = await import('../stats/summarize.js');
  const labels = kernelLabels(plan.kernels);
  return summarizeRun(plan, samples).kernels.map(({ faultsPerSecond }, index) => ({
    tasks,
    kernel: labels[index]!,
    faultsPerSecond: faultsPerSecond.median ?? 0,
  }));
}

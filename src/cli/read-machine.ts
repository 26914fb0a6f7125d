import { readdirSync, readFileSync } from 'node:fs';
import {
  BadProfile,
  modelOf,
  parseProfile,
  THIS_HOST,
  type MachineModel,
  type Profile,
} from '../plan/machine-model.js';
import type { Plan } from '../plan/plan.js';
import { closest } from '../util/edit-distance.js';
import { packageFile } from '../util/package-file.js';
import type { PlanOptionName, PlanValue } from './options.js';
import type { Settings } from './setting.js';
import { UsageError } from './usage-error.js';

/** Where a calibration leaves its profile, and `--machine this-host` looks for it. */
export const THIS_HOST_FILE = `results/machines/${THIS_HOST}.json`;

/** Options that only mean something on a simulated machine. */
const MACHINE_OPTIONS = ['machine', 'set', 'cpus', 'seeds'] as const;

/** Engines that run on a simulated machine. */
const SIMULATING: readonly Plan['engine'][] = ['virtual'];

type ValueOf = <Name extends PlanOptionName>(name: Name) => PlanValue<Name>;

/** The machine to simulate; undefined when tasks run on threads. Throws UsageError. */
export function readMachine(value: ValueOf, commandLine: Settings): MachineModel | undefined {
  const given = MACHINE_OPTIONS.find((name) => commandLine.has(name));
  if (!SIMULATING.includes(value('engine'))) {
    if (given === undefined) return undefined;
    throw new UsageError(`--${given} is for simulated machines: add --engine virtual`);
  }
  const profile = readProfile(value('machine'));
  try {
    return modelOf(profile, value('set'), value('cpus') || undefined);
  } catch (error) {
    throw error instanceof BadProfile ? new UsageError(`--set: ${error.message}`) : error;
  }
}

/** The profile of that name, or in that file. Throws BadProfile, and what reading a file throws. */
export function loadProfile(name: string): Profile {
  return parseProfile(readFileSync(fileOf(name), 'utf8'));
}

function readProfile(name: string): Profile {
  try {
    return loadProfile(name);
  } catch (error) {
    if (error instanceof BadProfile) {
      const remedy =
        name === THIS_HOST
          ? 'run mmsem-bench calibrate again'
          : 'see workloads/machine.schema.json';
      throw new UsageError(`--machine ${name}: ${error.message}; ${remedy}`);
    }
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (name === THIS_HOST) {
      throw new UsageError(
        `--machine ${name} needs ${fileOf(name)}, which cannot be read (${String(error.code)}); ` +
          'run mmsem-bench calibrate first',
      );
    }
    const near = closest(name, [...shippedNames(), THIS_HOST]);
    const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
    throw new UsageError(
      `--machine takes a name of workloads/machines or a file, not '${name}'${hint}`,
    );
  }
}

function shippedNames(): string[] {
  return readdirSync(packageFile('workloads/machines')).map((file) => file.replace(/\.json$/, ''));
}

/** A name is one of ours; anything with a slash or an ending is a file of the user's. */
function fileOf(name: string): string {
  if (name === THIS_HOST) return THIS_HOST_FILE;
  if (/[/.]/.test(name.replace(/\d\.\d/g, ''))) return name;
  return packageFile(`workloads/machines/${name}.json`);
}

import { readFileSync } from 'node:fs';
import { BadProfile, modelOf, parseProfile, type MachineModel } from '../plan/machine-model.js';
import type { Plan } from '../plan/plan.js';
import { packageFile } from '../util/package-file.js';
import type { PlanOptionName, PlanValue } from './options.js';
import type { Settings } from './setting.js';
import { UsageError } from './usage-error.js';

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
  const name = value('machine');
  // A name is one of ours; anything with a slash or an ending is a file of the user's.
  const file = /[/.]/.test(name.replace(/\d\.\d/g, ''))
    ? name
    : packageFile(`workloads/machines/${name}.json`);
  try {
    const profile = parseProfile(readFileSync(file, 'utf8'));
    return modelOf(profile, value('set'), value('cpus') || undefined);
  } catch (error) {
    if (error instanceof BadProfile) throw new UsageError(`machine ${name}: ${error.message}`);
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new UsageError(`--machine takes a name of workloads/machines or a file, not '${name}'`);
  }
}

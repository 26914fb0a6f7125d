/** Options of the comparison on a line in stress-ng's manner: their values, and those they have there. */
import type { MachineModel } from '../../plan/machine-model.js';
import { DEFAULTS, PLAN_OPTIONS, type PlanOptionName, type PlanValue } from '../options.js';
import type { ValueOption } from '../option-value.js';
import { loadProfile, readMachine } from '../read-machine.js';
import { readSetting, typedSetting, type Settings } from '../setting.js';
import type { Host } from './values.js';

/** One run of each kernel, as stress-ng makes it. */
const PRESETS: Readonly<Partial<Record<PlanOptionName, string>>> = {
  ...DEFAULTS,
  rounds: '1',
  threshold: '1G',
  mms: '0',
};

export type OwnValue = <Name extends PlanOptionName>(name: Name) => PlanValue<Name>;

/** Reads values; what it returns throws UsageError. */
export function ownValues(settings: Settings): OwnValue {
  return (name) => {
    const option = PLAN_OPTIONS[name] as ValueOption<PlanValue<typeof name>>;
    return readSetting(option, settings.get(name) ?? typedSetting(name, PRESETS[name] ?? ''));
  };
}

export interface Machine {
  /** Undefined on threads. */
  readonly model: MachineModel | undefined;
  /** What 0 instances and percentages go by. */
  readonly host: Host;
}

/** The machine to run on. `real` is the one at hand, which threads run on. Throws UsageError. */
export function chooseMachine(settings: Settings, real: Host): Machine {
  const value = ownValues(settings);
  const model = readMachine(value, settings);
  if (model === undefined) return { model, host: real };
  const { memoryBytes } = loadProfile(value('machine'));
  return { model, host: { cpus: model.cpus, memoryBytes } };
}

/** The same machine with so many CPUs. */
export function withCpus(settings: Settings, cpus: number): MachineModel | undefined {
  const fewer = new Map([...settings, ['cpus', typedSetting('cpus', String(cpus))]]);
  return readMachine(ownValues(fewer), fewer);
}

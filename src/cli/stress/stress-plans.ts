/** The plans that a line in stress-ng's manner comes to, everything in them resolved and checked. */
import { definePlan } from '../../plan/define-plan.js';
import type { MachineModel } from '../../plan/machine-model.js';
import type { Plan } from '../../plan/plan.js';
import { COMPATS, type Compat, type StressEntry, type StressPlan } from '../../plan/stress.js';
import { mayShareMm, type Hog } from '../../workload/hog.js';
import { PAGE_SIZE } from '../../mm/layout.js';
import { formatSize } from '../../report/format.js';
import { hogOf, layoutOf, settingOf as hogSettingOf, sizeOf } from '../../workload/hog-layout.js';
import { seedsNotRounds } from '../make-plan.js';
import { TASKS_MAX } from '../options.js';
import { planUntil } from '../until.js';
import { UsageError } from '../usage-error.js';
import type { ChosenEntry } from './choose-entries.js';
import type { ControlName } from './controls.js';
import { hogOptions, readHogSettings, readOps, sayingWhere, type Extreme } from './hog-settings.js';
import { ownValues, withCpus, type Machine } from './own-values.js';
import type { StressRequest } from './request.js';
import { FOR_EVER_SECONDS, parseCpus, parseName, parseSeed, parseTime } from './values.js';

/** Without --timeout: side by side, and one after the other. */
const TIMEOUT_SECONDS = { parallel: 86_400, sequential: 60 };

/** Tasks cost memory even before they do anything. */
const SIMULATED_TASKS_MAX = 65_536;

/** Half of the frames that a PTE can name (`FRAMES_MAX`): the others are for page tables and caches. */
const SIMULATED_PAGES_MAX = 2 ** 28;

/** Without --seed, and with --no-rand-seed. */
const SEED = 1;

/** What is the same for all entries. */
interface Common {
  readonly compat: Compat;
  readonly machine: Machine;
  readonly extreme: Extreme;
}

/** How long a run of one plan is. */
export interface Timeout {
  /** 0 is for ever. */
  readonly seconds: number;
  /** Nobody has given one. */
  readonly isDefault: boolean;
}

export interface StressPlans {
  readonly plans: readonly Plan[];
  readonly compat: Compat;
  readonly timeout: Timeout;
}

/**
 * One plan with all entries side by side, or one for each entry in sequential mode. `timeoutSeconds`
 * is as long as all rounds together, each of them being a run of --timeout. Throws UsageError.
 */
export function makeStressPlans(
  request: StressRequest,
  chosen: readonly ChosenEntry[],
  machine: Machine,
  hogs: readonly Hog[],
): StressPlans {
  const compat = compatOf(request);
  const common: Common = { compat, machine, extreme: extremeOf(request.controls) };
  const entries = entriesOf(request, chosen, common);
  const timeout = timeoutOf(request, entries, common);
  const model = modelOf(request, machine);
  const setting = settingOf(request, common);
  refuseOwnMms(setting.sharedMm, chosen);
  const groups = request.mode === 'sequential' ? entries.map((entry) => [entry]) : [entries];
  const plans = groups
    .filter((group) => group.length > 0)
    .map((group) => planOf(request, { entries: group, ...setting }, { timeout, model, hogs }));
  return { plans, compat, timeout };
}

/** The form of the mmap stressor. Throws UsageError. */
function compatOf({ controls }: StressRequest): Compat {
  const given = controls.get('mmap-compat');
  if (given === undefined) return 'head';
  return sayingWhere(given, () => parseName(given.text ?? '', 'mmap-compat', COMPATS));
}

function extremeOf(controls: ReadonlyMap<ControlName, unknown>): Extreme {
  if (controls.has('maximize')) return 'largest';
  return controls.has('minimize') ? 'smallest' : undefined;
}

function entriesOf(
  { settings, mode }: StressRequest,
  chosen: readonly ChosenEntry[],
  { compat, machine, extreme }: Common,
): readonly StressEntry[] {
  const given = readHogSettings(settings, machine.host);
  return chosen.map(({ hog, instances, ops }) => {
    const total = ops === undefined ? null : readOps(ops);
    // Instances that run one after the other with other stressors are side by side all the same, but
    // each of them gets the whole.
    const share = mode === 'sequential' ? 1 : instances;
    return Object.freeze<StressEntry>({
      stressor: hog.name,
      instances,
      opsPerInstance: total === null ? null : Math.ceil(total / share),
      options: hogOptions(hog, given.get(hog), { extreme, compat }),
    });
  });
}

function settingOf(
  { controls, own }: StressRequest,
  { compat, machine }: Common,
): Omit<StressPlan, 'entries'> {
  return {
    compat,
    verify: controls.has('verify'),
    pageIn: controls.has('page-in'),
    noMadvise: controls.has('no-madvise'),
    memoryBytes: machine.host.memoryBytes,
    sharedMm: sharesMm(own.settings),
  };
}

/** `--mms 1`. Throws UsageError for any other. */
function sharesMm(settings: StressRequest['own']['settings']): boolean {
  const given = settings.get('mms');
  if (given === undefined) return false;
  if (given.text === '1') return true;
  throw given.blame(
    `takes 1 alone with stressors of stress-ng, whose instances have an address space each ` +
      `without it, not '${given.text}'`,
  );
}

function refuseOwnMms(sharedMm: boolean, chosen: readonly ChosenEntry[]): void {
  const alone = sharedMm ? chosen.find(({ hog }) => !mayShareMm(hog)) : undefined;
  if (alone === undefined) return;
  const { hog, from } = alone;
  const why =
    hog.forks === true
      ? 'ends its processes and begins new ones'
      : 'maps or unmaps at addresses that it has chosen, whoever else may be there';
  throw from.wrong(
    `${hog.name} ${why}, so that its instances cannot share an address space: leave --mms 1 out, ` +
      'or the stressor',
  );
}

/** How long a run is. Throws UsageError where a simulation would never end. */
function timeoutOf(
  { controls, mode }: StressRequest,
  entries: readonly StressEntry[],
  { compat, machine: { model } }: Common,
): Timeout {
  const given = controls.get('timeout');
  const hasEnd = entries.every(({ opsPerInstance }) => opsPerInstance !== null);
  if (given === undefined) {
    const isEndless = mode === 'parallel' && model !== undefined && !hasEnd;
    if (isEndless && !controls.has('dry-run')) {
      throw new UsageError(
        'add --timeout T, such as --timeout 60s: without one a run is 24 hours long, which would ' +
          'be simulated to the end',
      );
    }
    return { seconds: TIMEOUT_SECONDS[mode], isDefault: true };
  }
  const seconds = sayingWhere(given, () => parseTime(given.text ?? '', 'timeout', compat));
  if (seconds === 0 && model !== undefined && !hasEnd) {
    throw given.wrong(
      `${given.called} 0 is for ever, which no simulation is: give a time such as 60s, or every ` +
        'stressor a number of operations',
    );
  }
  return { seconds, isDefault: false };
}

/** With --taskset a machine of as many CPUs as it names. Throws UsageError. */
function modelOf(
  { controls, own }: StressRequest,
  { model, host }: Machine,
): MachineModel | undefined {
  const given = controls.get('taskset');
  if (given === undefined) return model;
  if (model === undefined) {
    throw given.wrong(
      `${given.called} is for simulated machines, as Node.js cannot choose the CPUs of threads: ` +
        'add --engine virtual, or run the whole command under taskset(1)',
    );
  }
  const cpus = sayingWhere(given, () => parseCpus(given.text ?? '', host.cpus));
  return cpus.length === model.cpus ? model : withCpus(own.settings, cpus.length);
}

interface Run {
  readonly timeout: Timeout;
  readonly model: MachineModel | undefined;
  readonly hogs: readonly Hog[];
}

function planOf(
  { own, controls }: StressRequest,
  stress: StressPlan,
  { timeout, model, hogs }: Run,
): Plan {
  const { seconds } = timeout;
  const value = ownValues(own.settings);
  const seeds = model === undefined ? 0 : value('seeds');
  const rounds = seeds > 0 ? seedsNotRounds(seeds, own.settings, value) : value('rounds');
  const frozen = Object.freeze<StressPlan>({ ...stress, entries: Object.freeze(stress.entries) });
  const size = sizeOf(frozen, layoutOf(frozen, hogs));
  refuseTasks(size.tasks, model === undefined ? TASKS_MAX : SIMULATED_TASKS_MAX);
  refuseMemory(frozen, hogs);
  refuseDayUntil(own.settings, timeout, model);
  const plan = definePlan({
    ...(model === undefined ? {} : { machine: model }),
    stressor: stress.entries.map(({ stressor }) => stressor).join('+'),
    kernels: value('kernels'),
    ...size,
    mmapBytes: bytesOf(stress.entries),
    thresholdBytes: value('threshold'),
    maxMapCount: value('max-map-count'),
    rwsem: value('rwsem'),
    rwsemSpin: value('rwsem-spin'),
    thp: value('thp'),
    linux: value('linux'),
    rounds,
    timeoutSeconds: (seconds === 0 ? FOR_EVER_SECONDS : seconds) * rounds,
    seed: seedOf(controls),
    stress: frozen,
  });
  return planUntil(plan, own);
}

/** Throws UsageError. */
function refuseMemory(stress: StressPlan, hogs: readonly Hog[]): void {
  const pages = stress.entries.reduce((sum, entry) => {
    const { pages: each } = hogOf(entry, hogs).needs(hogSettingOf(stress, entry));
    return sum + entry.instances * each;
  }, 0);
  if (pages <= SIMULATED_PAGES_MAX) return;
  const [wanted, possible] = [pages, SIMULATED_PAGES_MAX].map((count) =>
    formatSize(count * PAGE_SIZE),
  );
  throw new UsageError(
    `the stressors come to ${wanted} of memory, and ${possible} can be simulated: give smaller sizes`,
  );
}

/** A run of a day is none to repeat. Throws UsageError. */
function refuseDayUntil(
  settings: StressRequest['own']['settings'],
  { seconds, isDefault }: Timeout,
  model: MachineModel | undefined,
): void {
  const given = settings.get('until');
  const isDay = isDefault && seconds === TIMEOUT_SECONDS.parallel;
  if (given === undefined || model !== undefined || !isDay) return;
  throw given.blame('repeats runs: add --timeout T, the time of one, such as --timeout 5s');
}

function seedOf(controls: StressRequest['controls']): number {
  const given = controls.get('seed');
  return given === undefined ? SEED : sayingWhere(given, () => parseSeed(given.text ?? ''));
}

/** Throws UsageError. */
function refuseTasks(tasks: number, most: number): void {
  if (tasks <= most) return;
  throw new UsageError(
    `the stressors come to ${tasks} tasks, and at most ${most} can be run: name fewer instances`,
  );
}

/** The totals that stressors have been given to map. */
function bytesOf(entries: readonly StressEntry[]): number {
  return entries.reduce((sum, { options }) => {
    return sum + (typeof options['bytes'] === 'number' ? options['bytes'] : 0);
  }, 0);
}

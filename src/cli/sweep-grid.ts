/** What a sweep varies, and the plans that come of it. */
import { gridPoint, gridSize, pointText, type Axis } from '../plan/grid.js';
import { COST_NAMES } from '../plan/machine-model.js';
import type { Plan } from '../plan/plan.js';
import { closest } from '../util/edit-distance.js';
import { makePlan } from './make-plan.js';
import { PLAN_OPTIONS } from './options.js';
import { parseWhole } from './units.js';
import { typedSetting, type Setting, type Settings } from './setting.js';
import { UsageError } from './usage-error.js';
import type { Workload } from './workload-settings.js';

/** Beyond this, documents grow past what can be read in one piece. */
const POINTS_MAX = 20_000;

/** What can be varied: every option of the plan, and every cost of the simulated machine. */
const OPTION_NAMES: readonly string[] = Object.keys(PLAN_OPTIONS);
const COSTS: readonly string[] = COST_NAMES;
const AXIS_NAMES = [...OPTION_NAMES, ...COSTS];

/** The axes of `--over NAME=LIST ...`, in the order given. Throws UsageError. */
export function readAxes(overs: readonly Setting[], settings: Settings): Axis[] {
  const axes: Axis[] = [];
  for (const over of overs) {
    const axis = readAxis(over);
    if (axes.some(({ name }) => name === axis.name))
      throw over.blame(`${axis.name} is given twice`);
    axes.push(axis);
  }
  for (const { name } of axes) refuseBoth(name, axes, settings);
  const size = gridSize(axes);
  if (size > POINTS_MAX) {
    throw new UsageError(
      `the grid has ${size} points; at most ${POINTS_MAX} are one sweep: leave out values, or make several`,
    );
  }
  return axes;
}

function readAxis(over: Setting): Axis {
  const { text } = over;
  const at = text.indexOf('=');
  if (at <= 0) {
    throw over.blame(`takes NAME=VALUE,VALUE,... such as tasks=1,2,4, not '${text}'`);
  }
  const name = text.slice(0, at);
  if (!AXIS_NAMES.includes(name)) {
    const near = closest(name, AXIS_NAMES);
    const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
    throw over.blame(`takes an option or a cost; there is none called '${name}'${hint}`);
  }
  const list = text.slice(at + 1);
  if (list === '') throw over.blame(`${name} has no values: list some, such as ${name}=A,B,C`);
  // Some options take lists themselves.
  const values = list.split(list.includes(';') ? ';' : ',');
  if (values.includes('')) throw over.blame(`${name} has an empty value in '${list}'`);
  const twice = values.find((value, place) => values.indexOf(value) !== place);
  if (twice !== undefined) throw over.blame(`${name} has the value ${twice} twice`);
  const wrong = COSTS.includes(name) && values.find((value) => !isCost(value));
  if (typeof wrong === 'string') throw over.blame(`${name} takes whole numbers, not '${wrong}'`);
  return { name, values };
}

function isCost(text: string): boolean {
  return Number.isSafeInteger(parseWhole(text));
}

/** What is given beside its own axis would have no effect, and whoever gave it expects one. */
function refuseBoth(name: string, axes: readonly Axis[], settings: Settings): void {
  const given = settings.get(name);
  if (given !== undefined) {
    throw given.blame(`does not go with --over ${name}=...: leave one of them out`);
  }
  const changes = [
    settings.get('set')?.text ?? '',
    ...axes.flatMap((axis) => (axis.name === 'set' ? axis.values : [])),
  ];
  if (changes.some((list) => list.split(',').some((change) => change.startsWith(`${name}=`)))) {
    throw new UsageError(
      `--set ${name} does not go with --over ${name}=...: leave one of them out`,
    );
  }
}

/**
 * The plan of every point of the grid, in its order: what `makePlan` makes of the command line with
 * the point's values put in. Throws UsageError, which says at which point.
 */
export function gridPlans(axes: readonly Axis[], settings: Settings, workload: Workload): Plan[] {
  return Array.from({ length: gridSize(axes) }, (_, index) => {
    try {
      return makePlan(pointSettings(axes, index, settings), workload);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`${error.message} (at ${pointText(axes, index)})`, { cause: error });
    }
  });
}

function pointSettings(axes: readonly Axis[], index: number, settings: Settings): Settings {
  const values = gridPoint(axes, index);
  const all = new Map(settings);
  const costs: string[] = [];
  for (const [place, { name }] of axes.entries()) {
    const text = values[place]!;
    if (COSTS.includes(name)) costs.push(`${name}=${text}`);
    else all.set(name, { text, blame: (problem) => new UsageError(`--over ${name} ${problem}`) });
  }
  if (costs.length === 0) return all;
  const others = all.get('set')?.text.split(',').filter(Boolean) ?? [];
  return all.set('set', typedSetting('set', [...others, ...costs].join(',')));
}

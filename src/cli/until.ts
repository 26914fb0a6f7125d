/** `--until` and `--max-time`: as many rounds as it takes, instead of a number fixed in advance. */
import type { RunHooks } from '../engine/engine.js';
import type { Plan } from '../plan/plan.js';
import type { CommandLine } from './command-line.js';
import { between, type ValueOption } from './option-value.js';
import { readValues } from './setting.js';
import { formatSeconds, parsePercent, parseSeconds } from './units.js';
import { UsageError } from './usage-error.js';

const MAX_TIME = '5m';

export const UNTIL = {
  until: {
    flags: '--until <P>',
    help: 'batches of --rounds until the change in page faults/sec is known to within P',
    expects: 'a percentage from 0.01% to 100% such as 2%',
    parse: between(0.0001, 1, parsePercent),
  },
  'max-time': {
    flags: '--max-time <T>',
    help: `how long --until may go on [${MAX_TIME}; none of a simulation, 1000 seeds at most]`,
    expects: 'a time from 1s to 1w such as 10m (suffixes s m h d w y)',
    parse: between(1, 604_800, parseSeconds),
  },
} satisfies Record<string, ValueOption<unknown>>;

/** The plan with what the command line says about its number of rounds. Throws UsageError. */
export function planUntil(plan: Plan, { settings }: CommandLine): Plan {
  const { until: halfWidth, 'max-time': maxTime } = readValues(UNTIL, settings);
  if (halfWidth === undefined) {
    if (maxTime === undefined) return plan;
    throw new UsageError('--max-time ends what --until P begins: add --until, such as --until 2%');
  }
  if (plan.kernels.length < 2) {
    throw new UsageError('--until is about a change: give --kernels two or more');
  }
  const secondsMax = plan.machine === undefined ? timeFor(plan, maxTime) : null;
  if (secondsMax === null && maxTime !== undefined) {
    throw new UsageError(
      '--max-time is for real threads: a simulation must not depend on how fast it is; leave it out',
    );
  }
  return Object.freeze<Plan>({ ...plan, until: { halfWidth, secondsMax } });
}

/** The options that say the same, by name. */
export function untilTexts({ until }: Plan): (readonly [string, string])[] {
  if (until === undefined) return [];
  const { halfWidth, secondsMax } = until;
  const texts = [['until', `${Number((100 * halfWidth).toPrecision(12))}%`] as const];
  return secondsMax === null ? texts : [...texts, ['max-time', formatSeconds(secondsMax)]];
}

/** A batch that does not fit would be measured all the same. */
function timeFor({ timeoutSeconds, kernels }: Plan, given = parseSeconds(MAX_TIME)!): number {
  const batchSeconds = timeoutSeconds * kernels.length;
  if (given >= batchSeconds) return given;
  const least = formatSeconds(Math.ceil(batchSeconds));
  throw new UsageError(
    `--max-time takes at least ${least}, as long as --timeout of ${kernels.length} kernels, ` +
      `not ${formatSeconds(given)}: raise it or lower --timeout`,
  );
}

/** What asks for further rounds of a plan; nothing where their number is fixed. */
export async function untilHook(plan: Plan): Promise<Pick<RunHooks, 'wantsMore'>> {
  const { until } = plan;
  if (until === undefined) return {};
  const { moreUntil } = await import('../stats/until.js');
  return { wantsMore: moreUntil(plan, until, fitsWithin(until.secondsMax)) };
}

/** Whether one more batch of rounds, after so many, will be done so many seconds from now; null: any time. */
export function fitsWithin(secondsMax: number | null): (batches: number) => boolean {
  const started = performance.now();
  return (batches) => {
    const elapsedSeconds = (performance.now() - started) / 1000;
    return secondsMax === null || elapsedSeconds * (1 + 1 / batches) <= secondsMax;
  };
}

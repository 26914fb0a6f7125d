/** What `--dry-run` prints: the runs that there would be, an entry of each in a line. */
import { roundWord, type Plan } from '../../plan/plan.js';
import type { StressEntry, StressPlan } from '../../plan/stress.js';
import { formatBytes, formatSeconds } from '../units.js';
import { FOR_EVER_SECONDS } from './values.js';

/** Lines, each with its end. */
export function dryRunText(plans: readonly Plan[]): string {
  const lines = plans.flatMap(({ stress, ...plan }, place) =>
    stress === undefined
      ? []
      : [runLine(plan, place, plans.length), hogsLine(stress), ...stress.entries.map(entryLine)],
  );
  return [...(lines.length === 0 ? ['dispatching hogs:'] : lines), '']
    .map((line) => line.trimEnd())
    .join('\n');
}

function runLine(plan: Plan, place: number, count: number): string {
  const { machine, kernels, tasks, mms, rounds, timeoutSeconds, seed } = plan;
  const which = count === 1 ? 'dry run' : `dry run, ${place + 1} of ${count}`;
  const seconds = timeoutSeconds / rounds;
  const parts = [
    seconds === FOR_EVER_SECONDS ? 'for ever' : formatSeconds(seconds),
    `kernels ${kernels.join(', ')}`,
    machine === undefined
      ? 'on threads'
      : `on ${machine.name} with ${counted(machine.cpus, 'CPU')}`,
    counted(tasks, 'task'),
    counted(mms, 'address space'),
    ...(rounds === 1 ? [] : [`${rounds} ${roundWord(plan)}s`]),
    `seed ${seed}`,
  ];
  return `${which}: ${parts.join(', ')}`;
}

/** As stress-ng says it. */
function hogsLine({ entries }: StressPlan): string {
  const hogs = entries.map(({ stressor, instances }) => `${instances} ${stressor}`);
  return `dispatching hogs: ${hogs.join(', ')}`;
}

function entryLine({ stressor, instances, opsPerInstance, options }: StressEntry): string {
  const each = opsPerInstance === null ? '' : `, ${opsPerInstance} bogo ops each`;
  const words = Object.entries(options).flatMap(([key, value]) => {
    if (value === false) return [];
    const name = `--${stressor}-${key}`;
    if (value === true) return [name];
    return [`${name} ${typeof value === 'number' && key === 'bytes' ? formatBytes(value) : value}`];
  });
  return `  ${stressor}: ${counted(instances, 'instance')}${each} ${words.join(' ')}`;
}

function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

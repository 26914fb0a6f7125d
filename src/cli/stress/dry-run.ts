/** What `--dry-run` prints: the runs that there would be, an entry of each in a line. */
import { roundWord, type Plan } from '../../plan/plan.js';
import type { StressEntry, StressPlan } from '../../plan/stress.js';
import type { Hog } from '../../workload/hog.js';
import { hogOf } from '../../workload/hog-layout.js';
import { formatBytes, formatSeconds } from '../units.js';
import { isGivable } from './hog-settings.js';
import { FOR_EVER_SECONDS } from './values.js';

/** Lines, each with its end. */
export function dryRunText(plans: readonly Plan[], hogs: readonly Hog[]): string {
  const lines = plans.flatMap(({ stress, ...plan }, place) =>
    stress === undefined
      ? []
      : [
          runLine(plan, place, plans.length),
          hogsLine(stress),
          ...stress.entries.map((entry) => entryLine(entry, hogOf(entry, hogs))),
        ],
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

function entryLine(entry: StressEntry, hog: Hog): string {
  const { stressor, instances, opsPerInstance, options } = entry;
  const each = opsPerInstance === null ? '' : `, ${opsPerInstance} bogo ops each`;
  const words = Object.entries(hog.options).flatMap(([key, rules]) => {
    const value = options[key];
    if (value === undefined || !isGivable(rules, value)) return [];
    const name = `--${stressor}-${key}`;
    if (rules.takes === 'nothing') return [name];
    return [`${name} ${rules.takes === 'size' ? formatBytes(Number(value)) : value}`];
  });
  return `  ${stressor}: ${counted(instances, 'instance')}${each} ${words.join(' ')}`;
}

function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** What `--dry-run` prints: the runs that there would be, an entry of each in a line. */
import { roundWord, type Plan } from '../../plan/plan.js';
import type { StressEntry, StressPlan } from '../../plan/stress.js';
import type { Hog } from '../../workload/hog.js';
import { hogOf } from '../../workload/hog-layout.js';
import { spelledShort } from '../../report/stress-ng/duration.js';
import { hogsLine } from '../../report/stress-ng/opening.js';
import { formatBytes } from '../units.js';
import { isGivable } from './hog-settings.js';
import { FOR_EVER_SECONDS } from './values.js';

/** Lines, each with its end. */
export function dryRunText(plans: readonly Plan[], hogs: readonly Hog[]): string {
  const lines = plans.flatMap(({ stress, ...plan }, place) =>
    stress === undefined
      ? []
      : [
          runLine(plan, stress, place, plans.length),
          hogsLine(stress.entries),
          ...stress.entries.map((entry) => entryLine(entry, hogOf(entry, hogs))),
        ],
  );
  return [...(lines.length === 0 ? [hogsLine([])] : lines), '']
    .map((line) => line.trimEnd())
    .join('\n');
}

function runLine(plan: Plan, stress: StressPlan, place: number, count: number): string {
  const { machine, kernels, tasks, mms, rounds, seed } = plan;
  const which = count === 1 ? 'dry run' : `dry run, ${place + 1} of ${count}`;
  const parts = [
    lengthWords(plan, stress),
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

/** `60 secs`, `until its operations are done, 1 day at most`. */
function lengthWords({ timeoutSeconds, rounds }: Plan, { entries }: StressPlan): string {
  const seconds = timeoutSeconds / rounds;
  const isForEver = seconds === FOR_EVER_SECONDS;
  const length = isForEver ? 'for ever' : spelledShort(seconds, 0);
  if (entries.some(({ opsPerInstance }) => opsPerInstance === null)) return length;
  const most = isForEver ? '' : `, ${length} at most`;
  return `until all operations are done${most}`;
}

function entryLine(entry: StressEntry, hog: Hog): string {
  const { stressor, instances, opsPerInstance, options } = entry;
  const each = opsPerInstance === null ? '' : `, ${opsPerInstance} bogo ops each`;
  const words = Object.entries(hog.options).flatMap(([key, rules]) => {
    const value = options[key];
    if (value === undefined || !isGivable(rules, value) || isIdle(key, entry, hog)) return [];
    const name = `--${stressor}-${key}`;
    if (rules.takes === 'nothing') return [name];
    return [`${name} ${rules.takes === 'size' ? formatBytes(Number(value)) : value}`];
  });
  return `  ${stressor}: ${counted(instances, 'instance')}${each} ${words.join(' ')}`;
}

/** Of an option that says how another is meant, as file-kind does of file, where that is off. */
function isIdle(key: string, { options }: StressEntry, hog: Hog): boolean {
  return Object.entries(hog.options).some(
    ([name, { takes }]) =>
      takes === 'nothing' && key.startsWith(`${name}-`) && options[name] !== true,
  );
}

function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** The line that makes a plan in stress-ng's manner again. */
import type { Plan } from '../../plan/plan.js';
import type { StressEntry, StressPlan } from '../../plan/stress.js';
import type { PlanOptionName } from '../options.js';
import { planTexts } from '../plan-texts.js';
import { formatSeconds } from '../units.js';

/** Options of the comparison that a plan of stress-ng's kind does not have, or writes otherwise. */
const OTHERS: readonly PlanOptionName[] = [
  'mmap-bytes',
  'tasks',
  'mms',
  'writers',
  'writer-gap',
  'backing',
  'timeout',
  'seed',
];

/** `npx mmsem-bench --mmap 4 ...`, with every cost of the machine spelt out. */
export function stressReplay(plan: Plan): string {
  const { stress, rounds, timeoutSeconds, seed } = plan;
  const own = planTexts(plan, 'all')
    .filter(([name]) => !OTHERS.includes(name))
    .map(([name, text]) => `--${name} ${text}`);
  return [
    'npx mmsem-bench',
    ...stress!.entries.flatMap(entryTexts),
    ...settingTexts(stress!),
    `--timeout ${formatSeconds(timeoutSeconds / rounds)}`,
    `--seed ${seed}`,
    ...own,
  ].join(' ');
}

function entryTexts({ stressor, instances, opsPerInstance, options }: StressEntry): string[] {
  const ops = opsPerInstance === null ? [] : [`--${stressor}-ops ${opsPerInstance * instances}`];
  const others = Object.entries(options).flatMap(([name, value]) => {
    if (typeof value !== 'boolean') return [`--${stressor}-${name} ${value}`];
    return value ? [`--${stressor}-${name}`] : [];
  });
  return [`--${stressor} ${instances}`, ...ops, ...others];
}

function settingTexts({ compat, verify, pageIn, noMadvise, sharedMm }: StressPlan): string[] {
  return [
    `--mmap-compat ${compat}`,
    ...(verify ? ['--verify'] : []),
    ...(pageIn ? ['--page-in'] : []),
    ...(noMadvise ? ['--no-madvise'] : []),
    ...(sharedMm ? ['--mms 1'] : []),
  ];
}

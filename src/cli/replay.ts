import type { Plan } from '../plan/plan.js';
import { planTexts } from './plan-texts.js';
import { untilTexts } from './until.js';

/** The command that makes exactly this plan: with every cost spelt out, as the profile may change. */
export function replayCommand(plan: Plan): string {
  const options = [...planTexts(plan, 'all'), ...untilTexts(plan)].map(
    ([name, text]) => `--${name} ${text}`,
  );
  return ['npx mmsem-bench', ...options].join(' ');
}

/**
 * A schedule as one word that can be pasted: `exclusion/fifo-4.17/a5b12-+a`. Scenario, policy, and then
 * the decisions: a letter for every step of that task, with a number for so many in a row; after a
 * step, `+` and `-` for its answers that time has passed or not, a `-` at the end of a step left out.
 *
 * Between policy and decisions may stand `nospin` and `broken=NAME`.
 */
import { NO, YES } from './execution.js';
import { taskLetter, taskOfLetter } from './task-letter.js';

export interface Replayed {
  readonly scenario: string;
  readonly policy: string;
  readonly spin: boolean;
  /** Name of a deliberately broken lock. */
  readonly broken: string | undefined;
  readonly decisions: readonly number[];
}

const BROKEN = 'broken=';

/** The text is not of the form that formatReplay writes. */
export class BadReplay extends Error {
  override readonly name = 'BadReplay';
}

export function formatReplay({ scenario, policy, spin, broken, decisions }: Replayed): string {
  const parts = [scenario, policy];
  if (!spin) parts.push('nospin');
  if (broken !== undefined) parts.push(`${BROKEN}${broken}`);
  return [...parts, formatDecisions(decisions)].join('/');
}

/** Throws BadReplay. */
export function parseReplay(text: string): Replayed {
  const [scenario, policy, ...rest] = text.trim().split('/');
  const schedule = rest.pop();
  if (!scenario || !policy || schedule === undefined) {
    throw new BadReplay(`it has the form SCENARIO/POLICY/SCHEDULE`);
  }
  const spin = rest[0] !== 'nospin';
  if (!spin) rest.shift();
  const broken = rest[0]?.startsWith(BROKEN) === true ? rest.shift() : undefined;
  if (rest.length > 0) throw new BadReplay(`'${rest[0]!}' in it means nothing`);
  return {
    scenario,
    policy,
    spin,
    broken: broken?.slice(BROKEN.length),
    decisions: parseDecisions(schedule),
  };
}

function formatDecisions(decisions: readonly number[]): string {
  const steps: { text: string; times: number }[] = [];
  for (let i = 0; i < decisions.length;) {
    let text = taskLetter(decisions[i]!);
    let answers = '';
    for (i += 1; i < decisions.length && decisions[i]! < 0; i++) {
      answers += decisions[i] === YES ? '+' : '-';
    }
    answers = answers.replace(/-+$/, '');
    const last = steps.at(-1);
    if (answers === '' && last?.text === text) last.times += 1;
    else if (answers === '') steps.push({ text, times: 1 });
    else {
      text += answers;
      steps.push({ text, times: 1 });
    }
  }
  return steps.map(({ text, times }) => (times === 1 ? text : `${text}${times}`)).join('');
}

function parseDecisions(text: string): number[] {
  const decisions: number[] = [];
  let rest = text;
  while (rest !== '') {
    const step = /^([a-z])(?:([1-9]\d{0,4})|([-+]+))?/.exec(rest);
    if (step === null) throw new BadReplay(`its schedule cannot be read from '${rest}' on`);
    const [whole, letter, times, answers = ''] = step;
    const task = taskOfLetter(letter!);
    for (let i = 0; i < Number(times ?? 1); i++) decisions.push(task);
    for (const answer of answers) decisions.push(answer === '+' ? YES : NO);
    rest = rest.slice(whole.length);
  }
  return decisions;
}

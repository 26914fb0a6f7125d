/** The words of `mmsem-bench explore` as data: the operand, the options, and which go together. */
import { brokenLockNames } from '../engine/explore/broken-locks.js';
import { scenarioNames } from '../engine/explore/scenarios/index.js';
import { DEFAULT_POLICY, policyNames } from '../mm/rwsem-policy.js';
import { between, nameOf, namesOf, oneOf, wholeNumber, type ValueOption } from './option-value.js';
import { OUTPUT } from './output-options.js';
import { SEED } from './seed-option.js';
import { parseSeconds } from './units.js';

/** Stands for every name there is. */
export const ALL = 'all';

/** Chance has no end of its own. */
export const CHANCE_SCHEDULES = 100_000;

const SCHEDULES_MAX = 1_000_000_000;

export const OPERANDS = {
  scenario: {
    word: 'SCENARIO',
    help: `what to search, or ${ALL}; without it, a list of what there is`,
    expects: `the name of a scenario (${scenarioNames().join(', ')}) or ${ALL}`,
    parse: (text: string) => namesOrAll('scenario', scenarioNames(), nameOf)(text),
  },
} as const;

export const LOCK = {
  policy: {
    flags: '--policy <LIST>',
    help: `how the lock decides: ${policyNames().join(', ')},\nor ${ALL}`,
    expects: `a comma-separated list of rwsem policies (${policyNames().join(', ')}) or ${ALL}`,
    parse: namesOrAll('rwsem policy', policyNames(), namesOf),
    preset: DEFAULT_POLICY.name,
  },
  spin: {
    flags: '--spin <WHEN>',
    help: 'on, or off: writers sleep at once instead of spinning on a running owner',
    expects: 'on or off',
    parse: oneOf(['on', 'off']),
    preset: 'on',
  },
  broken: {
    flags: '--broken <LIST>',
    help: `instead of SCENARIO: locks broken on purpose, by name, or ${ALL}; each must be caught`,
    expects: `a comma-separated list of broken locks (${brokenLockNames().join(', ')}) or ${ALL}`,
    parse: namesOrAll('broken lock', brokenLockNames(), namesOf),
  },
} satisfies Record<string, ValueOption<unknown>>;

export const SEARCH = {
  search: {
    flags: '--search <HOW>',
    help: 'exhaustive, random, or pct: random priorities that change at random steps',
    expects: 'exhaustive, random or pct',
    parse: oneOf(['exhaustive', 'random', 'pct'] as const),
    preset: 'exhaustive',
  },
  bound: {
    flags: '--bound <N>',
    help: 'exhaustive: interruptions of a task that could go on, 0 to 100',
    expects: 'a whole number from 0 to 100',
    parse: wholeNumber(0, 100),
    preset: '3',
  },
  depth: {
    flags: '--depth <N>',
    help: 'pct: ordered steps that a bug may take, 1 to 100',
    expects: 'a whole number from 1 to 100',
    parse: wholeNumber(1, 100),
    preset: '3',
  },
  schedules: {
    flags: '--schedules <N>',
    help: `at most so many per search [no limit; ${CHANCE_SCHEDULES} for random and pct]`,
    expects: `a whole number from 1 to ${SCHEDULES_MAX}`,
    parse: wholeNumber(1, SCHEDULES_MAX),
  },
  time: {
    flags: '-t, --time <T>',
    help: 'at most so long per search, 0.01s to 1w',
    expects: 'a time from 0.01s to 1w such as 20s (suffixes s m h d w y)',
    parse: between(0.01, 604_800, parseSeconds),
    preset: '5m',
  },
  seed: SEED,
} satisfies Record<string, ValueOption<unknown>>;

export const REPLAY = {
  replay: {
    flags: '--replay <STRING>',
    help: 'instead of SCENARIO: one schedule, as a counterexample prints it',
    expects: 'SCENARIO/POLICY/SCHEDULE as a counterexample prints it',
    parse: (text: string) => text,
  },
} satisfies Record<string, ValueOption<unknown>>;

export const OUTPUT_HERE = {
  json: { ...OUTPUT.json, help: 'print one JSON document instead of the tables' },
  color: OUTPUT.color,
  'no-color': OUTPUT['no-color'],
  quiet: OUTPUT.quiet,
};

/** Parses a name or names, of which one may be the word for all of them; each once. */
function namesOrAll(
  kind: string,
  known: readonly string[],
  parser: typeof nameOf | typeof namesOf,
): (text: string) => readonly string[] {
  const parse = parser(kind, [...known, ALL]);
  return (text) => {
    const names = new Set([parse(text)].flat());
    return names.has(ALL) ? known : [...names];
  };
}

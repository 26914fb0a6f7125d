/** What a command line of `mmsem-bench explore` asks for. */
import { brokenLockByName } from '../engine/explore/broken-locks.js';
import type { ExploreJob, ExploreSubject } from '../engine/explore/job.js';
import type { Strategy } from '../engine/explore/search.js';
import type { CommandLine } from './command-line.js';
import { CHANCE_SCHEDULES, LOCK, OPERANDS, REPLAY, SEARCH } from './explore-options.js';
import type { ValueOption } from './option-value.js';
import { readValues, type Settings } from './setting.js';
import { UsageError } from './usage-error.js';

export interface SearchRequest {
  readonly kind: 'search';
  /** In the order of the rows to print. */
  readonly jobs: readonly ExploreJob[];
  /** Per job. */
  readonly secondsMax: number;
  readonly seed: number;
  /** The command that asks for the same again. */
  readonly again: string;
}

export interface ReplayRequest {
  readonly kind: 'replay';
  readonly text: string;
  /** The error that a wrong text is. */
  readonly blame: (problem: string) => UsageError;
  readonly again: string;
}

export type ExploreRequest = { readonly kind: 'list' } | SearchRequest | ReplayRequest;

const OPTIONS: Readonly<Record<string, ValueOption<unknown>>> = { ...LOCK, ...SEARCH };

type Name = keyof typeof OPERANDS | keyof typeof LOCK | keyof typeof SEARCH;

const HOW: readonly Name[] = ['search', 'bound', 'depth', 'schedules', 'time', 'seed'];

/** Throws UsageError. */
export function exploreRequest({ settings, switches }: CommandLine): ExploreRequest {
  if (settings.has('replay')) {
    refuse(settings, ['scenario', ...LOCK_NAMES, ...HOW], BESIDE_REPLAY);
    return replayRequest(settings);
  }
  if (settings.has('broken')) {
    refuse(settings, ['scenario', 'policy', 'spin'], BESIDE_BROKEN);
    return searchRequest(settings, ['broken', ...HOW]);
  }
  if (settings.has('scenario')) {
    return searchRequest(settings, ['scenario', 'policy', 'spin', ...HOW]);
  }
  refuse(settings, [...LOCK_NAMES, ...HOW], ALONE, '');
  if (switches.has('json')) throw new UsageError(`--json ${ALONE}`);
  return { kind: 'list' };
}

const LOCK_NAMES = Object.keys(LOCK) as Name[];
const BESIDE_REPLAY = 'does not go with --replay, which names scenario, policy and lock itself';
const BESIDE_BROKEN = 'does not go with --broken, where each lock brings its own';
const ALONE = `needs something to search: name a SCENARIO, or all`;

/** Options that would have no effect are mistakes: whoever gave them expects one. */
function refuse(settings: Settings, names: readonly Name[], why: string, remedy?: string): void {
  for (const name of names) {
    const setting = settings.get(name);
    if (setting === undefined) continue;
    throw setting.blame(`${why}${remedy ?? `: leave out ${written(name, setting.text)}`}`);
  }
}

function written(name: Name, text: string): string {
  return name in OPERANDS ? `'${text}'` : `--${name} ${text}`;
}

function replayRequest(settings: Settings): ReplayRequest {
  const setting = settings.get('replay')!;
  return {
    kind: 'replay',
    text: setting.text,
    blame: (problem) => setting.blame(`takes ${REPLAY.replay.expects}; ${problem}`),
    again: `npx mmsem-bench explore --replay '${setting.text}'`,
  };
}

function searchRequest(settings: Settings, names: readonly Name[]): SearchRequest {
  const strategy = strategyOf(settings);
  const { schedules, time, seed } = readValues(SEARCH, settings);
  const isExhaustive = strategy.kind === 'exhaustive';
  const schedulesMax = schedules ?? (isExhaustive ? Infinity : CHANCE_SCHEDULES);
  return {
    kind: 'search',
    jobs: subjectsOf(settings).map((subject) => ({ ...subject, strategy, seed, schedulesMax })),
    secondsMax: time,
    seed,
    again: again(settings, names, strategy),
  };
}

function strategyOf(settings: Settings): Strategy {
  const { search, bound, depth } = readValues(SEARCH, settings);
  const elsewhere = (home: string): string =>
    `does not go with --search ${search}, only with ${home}`;
  if (search !== 'exhaustive') refuse(settings, ['bound'], elsewhere('exhaustive'));
  if (search !== 'pct') refuse(settings, ['depth'], elsewhere('pct'));
  switch (search) {
    case 'exhaustive':
      return { kind: search, bound };
    case 'random':
      return { kind: search };
    case 'pct':
      return { kind: search, depth };
  }
}

/** Every scenario under every policy, or every broken lock where it shows. */
function subjectsOf(settings: Settings): ExploreSubject[] {
  const { policy: policies, spin, broken } = readValues(LOCK, settings);
  if (broken !== undefined) {
    return broken.map((name) => {
      const { scenario, policy, spins = true } = brokenLockByName(name);
      return { scenario, policy, spin: spins, broken: name };
    });
  }
  const { scenario: scenarios = [] } = readValues(OPERANDS, settings);
  return scenarios.flatMap((scenario) =>
    policies.map((policy) => ({ scenario, policy, spin: spin === 'on', broken: undefined })),
  );
}

/** What was given and what is preset, but for options that this strategy does not have. */
function again(settings: Settings, names: readonly Name[], strategy: Strategy): string {
  const words = names.flatMap((name) => {
    if (name in OPERANDS) return [settings.get(name)!.text];
    const isOther = (name === 'bound' || name === 'depth') && !(name in strategy);
    const text = settings.get(name)?.text ?? OPTIONS[name]?.preset;
    return isOther || text === undefined ? [] : [`--${name} ${text}`];
  });
  return ['npx mmsem-bench explore', ...words].join(' ');
}

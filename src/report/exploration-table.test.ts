import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Exploration } from '../samples/exploration.js';
import { renderExploration, renderReplay } from './exploration-table.js';
import {
  CHANCE_SEARCH,
  DEADLOCK_SEARCH,
  QUIET_SEARCH,
  syntheticDocument,
} from './testing/synthetic-exploration.js';

const PLAIN = { color: false, describeLock: (name: string) => `what is wrong with ${name}` };

function render(...explorations: Exploration[]): string {
  return renderExploration(syntheticDocument(explorations), PLAIN);
}

/** The cell below `result` of the first search. */
function result(change: Partial<Exploration>): string {
  const [, , header, row] = render({ ...QUIET_SEARCH, ...change }).split('\n');
  return row!.slice(header!.indexOf('result'));
}

describe('the table of searches', () => {
  it('has a row per search, in their order', () => {
    const off = { ...QUIET_SEARCH, scenario: 'spinners', spin: false, schedules: 1 };
    expect(render(QUIET_SEARCH, off)).toBe(
      [
        'every interleaving with up to 3 interruptions',
        '',
        'scenario   policy              bound  schedules  states   time  result',
        'exclusion  fifo-4.17               3       1234     999  1.3 s  nothing found, exhaustive',
        'spinners   fifo-4.17, no spin      3          1     999  1.3 s  nothing found, exhaustive',
        '',
        'Nothing found in 2 searches, exhaustive.',
        '',
      ].join('\n'),
    );
  });

  it('says how far a search got that found nothing', () => {
    const cut = { isComplete: false };
    expect(result({ ...cut, boundDone: 2 })).toBe('nothing found, up to 2 interruptions');
    expect(result({ ...cut, boundDone: 1 })).toBe('nothing found, up to 1 interruption');
    expect(result({ ...cut, boundDone: 0 })).toBe('nothing found, without interruptions');
    expect(result({ ...cut, boundDone: -1 })).toBe('nothing found in 1234 schedules');
  });

  it('says what it went through by chance', () => {
    const lines = render(CHANCE_SEARCH).split('\n');
    expect(lines[0]).toBe('random interleavings, seed 7');
    expect(lines[3]).toMatch(/ - +1234 +- .*nothing found in 1234 schedules$/);
    const pct = render({ ...CHANCE_SEARCH, strategy: 'pct', bound: 4 }).split('\n');
    expect(pct[0]).toBe('interleavings by random priorities (PCT of depth 4), seed 7');
    expect(pct[3]).toContain('depth 4');
  });

  it('counts what several searches come to', () => {
    const cut = { ...QUIET_SEARCH, isComplete: false };
    expect(render(QUIET_SEARCH)).not.toContain('Nothing found in');
    expect(render(cut, cut)).toContain('\nNothing found in 2 searches.\n');
    expect(render(cut, QUIET_SEARCH)).toContain('in 2 searches, 1 of them exhaustive.\n');
    expect(render(DEADLOCK_SEARCH, QUIET_SEARCH)).toContain(
      '\n1 of 2 searches found a counterexample.\n',
    );
  });

  it('names broken locks, and those that were not caught', () => {
    const caught = { ...DEADLOCK_SEARCH, broken: 'lost-wake-up' };
    const missed = { ...QUIET_SEARCH, broken: 'double-grant' };
    const text = render(caught, missed);
    expect(text).toContain('\nbroken lock   scenario ');
    expect(text).toContain('\ndouble-grant  exclusion');
    expect(text).toContain('\n1 of 2 broken locks caught; not caught: double-grant.\n');
    expect(text).toContain(
      '\nwith the broken lock lost-wake-up: what is wrong with lost-wake-up\n',
    );
    expect(render(caught, caught)).toContain('\n2 of 2 broken locks caught.\n');
  });

  it('says when a signal ended it', () => {
    const partial = syntheticDocument([QUIET_SEARCH], { partial: true });
    expect(renderExploration(partial, PLAIN)).toContain('\nwarning: stopped by a signal; ');
  });

  it('repeats in colour what the words say', () => {
    const searches = [QUIET_SEARCH, DEADLOCK_SEARCH, { ...QUIET_SEARCH, isComplete: false }];
    const colored = renderExploration(syntheticDocument(searches), { ...PLAIN, color: true });
    expect(colored).toContain('\x1b[32mnothing found, exhaustive\x1b[39m');
    expect(colored).toContain('\x1b[31mdeadlock\x1b[39m');
    expect(colored).toContain('\x1b[33mnothing found, up to 3 interruptions\x1b[39m');
    expect(stripVTControlCharacters(colored)).toBe(render(...searches));
  });
});

describe('one schedule, done once more', () => {
  const again = (exploration: Exploration): string =>
    renderReplay(syntheticDocument([exploration]), PLAIN);

  it('is nothing but its counterexample', () => {
    expect(again(DEADLOCK_SEARCH)).toBe(
      render(DEADLOCK_SEARCH).slice(render(DEADLOCK_SEARCH).indexOf('Deadlock')),
    );
  });

  it('says so when nothing is wrong', () => {
    expect(again({ ...QUIET_SEARCH, steps: 12 })).toBe(
      'exclusion under fifo-4.17, 12 steps: the schedule runs to its end and nothing is wrong.\n',
    );
  });
});

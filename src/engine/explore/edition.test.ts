/** Editions are made of the modules as they are built, so it is those that are tested. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { policyByName, policyNames } from '../../mm/rwsem-policy.js';
import type * as BrokenLocksModule from './broken-locks.js';
import type * as EditionModule from './edition.js';
import type * as ExecutionModule from './execution.js';
import type * as ScenariosModule from './scenarios/index.js';
import type * as SearchModule from './search.js';
import type { Lock } from './scenario.js';

const DIST = new URL('../../../dist/engine/explore/', import.meta.url);
const built = async (file: string): Promise<unknown> => import(new URL(file, DIST).href);
const edition = (await built('edition.js')) as typeof EditionModule;
const { Execution } = (await built('execution.js')) as typeof ExecutionModule;
const { scenarioByName, scenarioNames } = (await built(
  'scenarios/index.js',
)) as typeof ScenariosModule;
const { search } = (await built('search.js')) as typeof SearchModule;
const { BROKEN_LOCKS, brokenLockByName, brokenLockNames } = (await built(
  'broken-locks.js',
)) as typeof BrokenLocksModule;

const { REAL_LOCK, loadBrokenLock } = edition;
const [SAMPLE] = BROKEN_LOCKS;

/** The text of a module of the lock, as it is built, with one blank wherever there are any. */
function textOf(file: string): string {
  return readFileSync(new URL(`../../mm/${file}.js`, DIST), 'utf8').replace(/\s+/g, ' ');
}

/** The text of everything that a lock can do. */
function functionsOf(lock: Lock): Record<string, string> {
  return Object.fromEntries(Object.entries(lock).map(([name, value]) => [name, String(value)]));
}

/** What goes wrong with a lock in a scenario, interrupted once. */
function failureWith(lock: Lock, scenario: string, policy: string): string | undefined {
  const subject = scenarioByName(scenario);
  const execution = new Execution(subject, policyByName(policy), lock);
  const limits = { schedulesMax: 20_000, isOver: () => false };
  const strategy = { kind: 'exhaustive', bound: 1 } as const;
  return search(execution, strategy, subject.tasks.length, 1, limits).failure?.message;
}

describe.each(BROKEN_LOCKS)('broken lock $name', (broken) => {
  it('is one change in a place that is there once, and shows in a scenario that there is', () => {
    const { file, find, replace, scenario, policy, name, title } = broken;
    const [wanted, changed] = [find, replace].map((text) => text.trim().replace(/\s+/g, ' '));
    expect(textOf(file).split(wanted!).length - 1).toBe(1);
    expect(changed).not.toBe(wanted);
    expect(scenarioNames()).toContain(scenario);
    expect(policyNames()).toContain(policy);
    expect(brokenLockByName(name)).toBe(broken);
    expect(title).toMatch(/^(a|the) /);
  });

  it('is a lock of its own with the same face, differing in one function at most', async () => {
    const before = functionsOf(REAL_LOCK);
    const lock = await loadBrokenLock(broken);
    expect(lock).not.toBe(REAL_LOCK);
    expect(Object.keys(lock).sort()).toEqual(Object.keys(REAL_LOCK).sort());
    expect(lock.downWrite).not.toBe(REAL_LOCK.downWrite);
    const whole = functionsOf(await loadBrokenLock({ ...broken, replace: broken.find }));
    const after = functionsOf(lock);
    const changed = Object.keys(whole).filter((name) => whole[name] !== after[name]);
    expect(changed.length).toBe(broken.file === 'rwsem' ? 1 : 0);
    expect(functionsOf(REAL_LOCK)).toEqual(before);
  });
});

it.each(brokenLockNames())('the place that %s changes is one that is loaded', async (name) => {
  const broken = { ...brokenLockByName(name), replace: 'this is not JavaScript' };
  await expect(loadBrokenLock(broken)).rejects.toThrow(SyntaxError);
});

describe('brokenLockByName', () => {
  it('knows all names, each one once, and no other', () => {
    expect(new Set(brokenLockNames()).size).toBe(BROKEN_LOCKS.length);
    expect(() => brokenLockByName('sound')).toThrow("no broken lock is called 'sound'");
  });
});

describe('loadBrokenLock', () => {
  const wanted = (name: string) => expect.objectContaining({ name }) as Error;

  it.each([
    ['nowhere', 'while (pigs can fly) {', 'fits rwsem 0 times'],
    ['in several places', 'const { words } = cpu.km;', /fits rwsem ([2-9]|\d\d) times/],
    // Not a pattern, though it could be read as one.
    ['nowhere as it stands', 'while (.*) {', 'fits rwsem 0 times'],
  ])('refuses a change that fits %s, and says of which lock', async (_, find, message) => {
    const broken = { ...SAMPLE!, name: 'misfit', file: 'rwsem', find };
    await expect(loadBrokenLock(broken)).rejects.toThrow('broken lock misfit: its change');
    await expect(loadBrokenLock(broken)).rejects.toThrow(message);
    await expect(loadBrokenLock(broken)).rejects.toThrow(wanted('InvariantBroken'));
  });

  it('finds a place whatever its line breaks, and puts what it is told there as it stands', async () => {
    const lock = await loadBrokenLock({
      ...SAMPLE!,
      file: 'rwsem',
      find: 'return\n  firstWaiter(cpu,\n sem) >= 0;',
      replace: "return '$& $1 $$';",
    });
    expect(String(lock.isContended)).toContain("return '$& $1 $$';");
  });

  it('gives the changed module to all that import it', async () => {
    // Of the modules between this one and the lock's face, none is the original.
    const lock = await loadBrokenLock({
      ...SAMPLE!,
      file: 'wait-list',
      find: 'return cpu.km.words[sem + SEM.head] - 1;',
      replace: "throw new Error('a changed wait list');",
    });
    const cpu = { km: { words: new Int32Array(64) } } as unknown as Parameters<
      Lock['isContended']
    >[0];
    expect(() => lock.isContended(cpu, 0)).toThrow('a changed wait list');
    expect(REAL_LOCK.isContended(cpu, 0)).toBe(false);
  });

  it('breaks the lock that it returns, and leaves the real one sound', async () => {
    const broken = brokenLockByName('trylock-leaves-bias');
    const lock = await loadBrokenLock(broken);
    expect(failureWith(lock, broken.scenario, broken.policy)).toBeDefined();
    expect(failureWith(REAL_LOCK, broken.scenario, broken.policy)).toBe(undefined);
    // Two editions do not meet either.
    const other = await loadBrokenLock(brokenLockByName('downgrade-forgets-readers'));
    expect(failureWith(other, broken.scenario, broken.policy)).toBe(undefined);
  });
});

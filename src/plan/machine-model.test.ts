import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../util/package-file.js';
import { BadProfile, COST_NAMES, cpusOf, modelOf, parseProfile } from './machine-model.js';

const folder = packageFile('workloads/machines');
const textOf = (file: string): string => readFileSync(`${folder}/${file}`, 'utf8');
const FILES = readdirSync(folder).filter((file) => file.endsWith('.json'));
const PROFILE = parseProfile(textOf('e5-2680-32.json'));

describe('profiles', () => {
  it('are there', () => {
    expect(FILES).toEqual(
      expect.arrayContaining(['e5-2680-32.json', 'icelake-8336c-64.json', 'skylake-2s-80.json']),
    );
  });

  it.each(FILES)('%s: every cost is a whole number in its range, with a source', (file) => {
    const profile = parseProfile(textOf(file));
    expect(`${profile.name}.json`).toBe(file);
    const { costs, cpus } = modelOf(profile);
    expect(Object.keys(costs)).toEqual([...COST_NAMES]);
    for (const name of COST_NAMES) {
      const { value, low, high, source } = profile.costs[name];
      expect(Number.isSafeInteger(costs[name]) && costs[name] === value, name).toBe(true);
      expect(low <= value && value <= high && source.length > 5, name).toBe(true);
    }
    expect(cpus).toBe(cpusOf(profile.topology));
  });

  it.each([
    ['a fraction', { value: 0.5, low: 0 }, 'zapPageNs is not a whole number'],
    ['less than nothing', { value: -1, low: -2 }, 'zapPageNs is not a whole number'],
    ['beyond its own range', { value: 100_000 }, 'as its own range says'],
    ['without a source', { source: '' }, 'does not say where it comes from'],
  ])('a cost that is %s is refused', (_, change, message) => {
    const costs = { ...PROFILE.costs, zapPageNs: { ...PROFILE.costs.zapPageNs, ...change } };
    expect(() => parseProfile(JSON.stringify({ ...PROFILE, costs }))).toThrow(message);
  });
});

describe('changes', () => {
  it('set costs, and the number of CPUs; more than there are come as further sockets', () => {
    const model = modelOf(PROFILE, ['zapPageNs=214', 'ipiNs=0'], 1024);
    expect(model.costs).toMatchObject({ zapPageNs: 214, ipiNs: 0 });
    expect(cpusOf(model.topology)).toBe(1024);
    expect(modelOf(PROFILE, [], 4).topology).toEqual(PROFILE.topology);
  });

  it.each([
    ['zapPageNs=1.5', 'not of the form'],
    ['zapPageNs', 'not of the form'],
    ['zapPagesNs=3', "did you mean 'zapPageNs'?"],
    ['sliceNs=0', 'sliceNs takes a whole number from 1 to 1000000000, not 0'],
    ['faultEntryNs=0', 'faultEntryNs takes a whole number from 1'],
    ['workSpreadPercent=101', 'from 0 to 100, not 101'],
    ['zapPageNs=99999999999999999999', 'zapPageNs takes a whole number from 0 to 1000000000'],
  ])('%s: refused', (change, message) => {
    expect(() => modelOf(PROFILE, [change])).toThrow(BadProfile);
    expect(() => modelOf(PROFILE, [change])).toThrow(message);
  });
});

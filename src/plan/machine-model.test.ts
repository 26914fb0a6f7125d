/** Profiles and their schema, and what makes a machine of one. */
import { readFileSync, readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { formatProfile } from '../report/profile.js';
import { calibratedProfile } from '../stats/calibrated-profile.js';
import { syntheticCalibration } from '../stats/testing/synthetic-calibration.js';
import { packageFile } from '../util/package-file.js';
import { BadProfile, COST_NAMES, modelOf, parseProfile, SURENESS } from './machine-model.js';

const FOLDER = packageFile('workloads/machines');
const SHIPPED = readdirSync(FOLDER).map((file) => ({
  file,
  text: readFileSync(`${FOLDER}/${file}`, 'utf8'),
}));
const XEON = SHIPPED.find(({ file }) => file === 'e5-2680-32.json')!.text;

const schema = JSON.parse(readFileSync(packageFile('workloads/machine.schema.json'), 'utf8')) as {
  properties: { costs: { properties: object; required: string[] } };
  $defs: { cost: { properties: { sure: { enum: string[] } } } };
};
const fits = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);

/** A profile's text with one value replaced, or left out when it is undefined. */
function changed(path: readonly string[], value: unknown): string {
  const profile = JSON.parse(XEON) as Record<string, unknown>;
  let owner = profile;
  for (const key of path.slice(0, -1)) owner = owner[key] as Record<string, unknown>;
  owner[path.at(-1)!] = value;
  return JSON.stringify(profile);
}

describe('every profile that there is', () => {
  const written = formatProfile(calibratedProfile(syntheticCalibration()));
  it.each([...SHIPPED, { file: 'this-host.json', text: written }])(
    '$file fits the schema, is read, and has its own name',
    ({ file, text }) => {
      expect(fits(JSON.parse(text)), JSON.stringify(fits.errors)).toBe(true);
      expect(`${parseProfile(text).name}.json`).toBe(file);
    },
  );

  it('has the costs of the schema, and is as sure as that knows', () => {
    const { properties, required } = schema.properties.costs;
    expect(Object.keys(properties)).toEqual([...COST_NAMES]);
    expect(required).toEqual([...COST_NAMES]);
    expect(schema.$defs.cost.properties.sure.enum).toEqual([...SURENESS]);
  });
});

describe('a profile that is none', () => {
  it.each([
    [['name'], undefined, 'it has no name'],
    [['title'], '', 'it has no title'],
    [['titel'], 'x', "it has an unknown 'titel' (did you mean 'title'?)"],
    [['memoryBytes'], 0, 'memoryBytes is not a whole number of at least 1'],
    [['memoryBytes'], '384G', 'memoryBytes is not a whole number of at least 1'],
    [['topology'], undefined, 'topology is not an object'],
    [['topology', 'sockets'], 0, 'topology.sockets is not a whole number from 1 to 1024'],
    [['topology', 'coresPerSocket'], 2.5, 'topology.coresPerSocket is not a whole number'],
    [['topology', 'threadsPerCore'], 1e9, 'topology.threadsPerCore is not a whole number'],
    [['topology', 'threads'], 2, "topology has an unknown 'threads'"],
    [['costs'], null, 'costs is not an object'],
    [['costs', 'zapPageNs'], undefined, 'it has no zapPageNs'],
    [['costs', 'zapPagesNs'], {}, "costs has an unknown 'zapPagesNs' (did you mean 'zapPageNs'?)"],
    [['costs', 'zapPageNs'], 80, 'zapPageNs is not an object'],
    [['costs', 'zapPageNs', 'value'], 80.5, 'zapPageNs is not a whole number from 0 to'],
    [['costs', 'zapPageNs', 'value'], -1, 'zapPageNs is not a whole number from 0 to'],
    [['costs', 'zapPageNs', 'value'], 1e13, 'zapPageNs is not a whole number from 0 to'],
    [['costs', 'sliceNs', 'value'], 0, 'sliceNs is not a whole number from 1 to'],
    [
      ['costs', 'workSpreadPercent', 'value'],
      101,
      'workSpreadPercent is not a whole number from 0',
    ],
    [['costs', 'zapPageNs', 'low'], 'few', 'zapPageNs has no range'],
    [['costs', 'zapPageNs', 'high'], undefined, 'zapPageNs has no range'],
    [['costs', 'zapPageNs', 'source'], '', 'zapPageNs does not say where it comes from'],
    [['costs', 'zapPageNs', 'sure'], 'quite', 'zapPageNs does not say how sure it is: one of'],
    [['costs', 'zapPageNs', 'unit'], 'ns', "zapPageNs has an unknown 'unit'"],
  ])('%j = %j: %s, and the schema refuses it too', (path, value, message) => {
    const text = changed(path, value);
    expect(() => parseProfile(text)).toThrow(BadProfile);
    expect(() => parseProfile(text)).toThrow(message);
    expect(fits(JSON.parse(text))).toBe(false);
  });

  it.each([
    ['', 'it is not JSON'],
    ['{"name": "x"', 'it is not JSON'],
    ['null', 'it is not an object'],
    ['[]', 'it is not an object'],
    ['"e5-2680-32"', 'it is not an object'],
  ])('%j: %s', (text, message) => {
    expect(() => parseProfile(text)).toThrow(BadProfile);
    expect(() => parseProfile(text)).toThrow(message);
  });

  // A schema cannot compare two numbers, nor multiply them.
  it.each([
    [['costs', 'zapPageNs', 'low'], 81, 'zapPageNs is 80, which is not from 81 to 240, its own'],
    [['topology', 'sockets'], 100, 'its 1600 CPUs are more than 1024'],
  ])('%j = %j: %s', (path, value, message) => {
    expect(() => parseProfile(changed(path, value))).toThrow(message);
  });
});

describe('a model', () => {
  const profile = parseProfile(XEON);

  it('is its profile, with what is changed', () => {
    expect(modelOf(profile).costs.zapPageNs).toBe(80);
    const { costs, cpus } = modelOf(profile, ['zapPageNs=215', 'atomicNs=1']);
    expect(costs).toMatchObject({ zapPageNs: 215, atomicNs: 1, freePageNs: 38 });
    expect(cpus).toBe(32);
  });

  it('cannot have one cost changed twice', () => {
    expect(() => modelOf(profile, ['zapPageNs=214', 'zapPageNs=215'])).toThrow(
      'zapPageNs is given twice; give it once',
    );
  });

  it('has further sockets for more CPUs, and the same ones for fewer', () => {
    expect(modelOf(profile, [], 64)).toMatchObject({ cpus: 64, topology: { sockets: 4 } });
    expect(modelOf(profile, [], 33)).toMatchObject({ cpus: 33, topology: { sockets: 3 } });
    expect(modelOf(profile, [], 4)).toMatchObject({ cpus: 4, topology: { sockets: 2 } });
  });

  it.each([
    ['zapPgeNs=3', "there is no cost called 'zapPgeNs' (did you mean 'zapPageNs'?)"],
    ['colour=3', "there is no cost called 'colour'"],
    ['zapPageNs', "'zapPageNs' is not of the form NAME=WHOLE_NUMBER"],
    ['zapPageNs=', "'zapPageNs=' is not of the form"],
    ['zapPageNs=-1', "'zapPageNs=-1' is not of the form"],
    ['zapPageNs=1.5', "'zapPageNs=1.5' is not of the form"],
    ['zapPageNs=99999999999999', 'zapPageNs takes a whole number from 0 to 1000000000000, not'],
    ['workSpreadPercent=101', 'workSpreadPercent takes a whole number from 0 to 100, not 101'],
    ['sliceNs=0', 'sliceNs takes a whole number from 1 to'],
  ])('cannot be had with %s: %s', (change, message) => {
    expect(() => modelOf(profile, [change])).toThrow(BadProfile);
    expect(() => modelOf(profile, [change])).toThrow(message);
  });
});

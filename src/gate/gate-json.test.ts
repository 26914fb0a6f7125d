import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { HOST, TOOL } from '../report/testing/synthetic-result.js';
import { packageFile } from '../util/package-file.js';
import { buildGate, formatGate, type GateDocument } from './gate-json.js';
import { GATES } from './testing/synthetic-gate.js';
import { ACTIONS, VERDICTS } from './verdict.js';

type Schema = { readonly $defs: { readonly verdict: { readonly enum: string[] } } } & {
  readonly properties: { readonly action: { readonly enum: string[] } };
};
const schemaOf = (name: string): Schema =>
  JSON.parse(readFileSync(packageFile(`results/${name}.schema.json`), 'utf8')) as Schema;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
formats.default(ajv);
const isValid = ajv.addSchema(schemaOf('result')).compile(schemaOf('gate'));

const FACTS = { tool: TOOL, host: HOST };
const NAMES = Object.keys(GATES);
const parsed = (name: string): GateDocument =>
  JSON.parse(formatGate(GATES[name]!, FACTS)) as GateDocument;

describe('the JSON of a gate', () => {
  it.each(NAMES)('%s: fits its schema, the run included', (name) => {
    expect(isValid(parsed(name)), JSON.stringify(isValid.errors)).toBe(true);
  });

  it('the schema knows every verdict and action, and refuses others', () => {
    expect(schemaOf('gate').$defs.verdict.enum).toEqual(VERDICTS);
    expect(schemaOf('gate').properties.action.enum).toEqual(ACTIONS);
    const document = parsed('regression');
    expect(isValid({ ...document, verdict: 'maybe' })).toBe(false);
    expect(isValid({ ...document, version: 2 })).toBe(false);
    expect(isValid({ ...document, run: { ...document.run, plan: {} } })).toBe(false);
    expect(isValid({ ...document, checks: [{ ...document.checks[0], more: 1 }] })).toBe(false);
    expect(isValid({ ...document, baseline: undefined })).toBe(false);
  });

  it('keeps every digit, and has null for numbers that are none', () => {
    const { checks, run } = GATES['regression']!;
    const document = parsed('regression');
    expect(document.checks).toEqual(checks);
    expect(document.run).toEqual(JSON.parse(JSON.stringify(run)));
    const [check] = parsed('numbers that are none').checks;
    expect(check).toMatchObject({ base: 0, value: null, change: null, ciLow: null, ciHigh: null });
  });

  it('has null for the run and the baseline that there were not', () => {
    const document = parsed('no baseline');
    expect([document.run, document.baseline, document.checks]).toEqual([null, null, []]);
    expect(document.tool).toEqual(TOOL);
  });

  it('has all that depends on time and place in host, and in that of the run', () => {
    const report = GATES['regression']!;
    const elsewhere = { ...report.run!.host, cpus: 64, startedAt: '2027-01-01T00:00:00.000Z' };
    const other = {
      ...report,
      run: { ...report.run!, host: elsewhere },
      baseline: { ...report.baseline!, sameHost: false },
      startedAt: '2027-01-01T00:00:00.000Z',
      elapsedSeconds: 1,
    };
    const rest = ({ run, ...document }: GateDocument): object => ({
      ...document,
      host: 0,
      run: { ...run, host: 0 },
    });
    expect(rest(buildGate(other, FACTS))).toEqual(rest(buildGate(report, FACTS)));
    expect(buildGate(other, FACTS).host).not.toEqual(buildGate(report, FACTS).host);
  });

  it('knows machine and program by itself', () => {
    const document = JSON.parse(formatGate(GATES['no baseline']!)) as GateDocument;
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    expect(document.host.node).toBe(process.version);
  });
});

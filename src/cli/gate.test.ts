import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GateDocument } from '../gate/gate-json.js';
import type { ResultDocument } from '../report/result.js';
import { runCommand, start } from './testing/built-command.js';
import { altered, gate, gated, SIMULATED, withRates } from './testing/gated.js';

const THREADS = '--mmap-bytes 16M --tasks 1 --timeout 0.1s --rounds 2'.split(' ');

let folder: string;
let baseline: string;
const inFolder = (name: string): string => path.join(folder, name);
const made = gated();
beforeAll(() => {
  ({ folder, baseline } = made());
});

describe('gate exits with', () => {
  it('0 and the word pass for the simulation of its baseline, which brings its own options', async () => {
    const { status, stdout, stderr } = await gate(['--baseline', baseline]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^pass/);
    expect(status).toBe(0);
  });

  it('0 for an improvement that was allowed for', async () => {
    const file = altered(baseline, 'slower', (document) =>
      withRates(document, (faults) => faults / 2),
    );
    const { status, stdout } = await gate(['--baseline', file, '--max-regression', '5%']);
    expect(stdout).toMatch(/^improvement/);
    expect(status).toBe(0);
  });

  it('1 for a regression by more than is allowed, within the run and against a baseline', async () => {
    const planted = await gate([...SIMULATED, '--kernels', 'pristine,pristine+8%']);
    expect(planted.stdout).toMatch(/^regression/);
    expect(planted.status).toBe(1);
    const file = altered(baseline, 'faster', (document) =>
      withRates(document, (faults) => faults + 1),
    );
    const oneFault = await gate(['--baseline', file]);
    expect(oneFault.stdout).toMatch(/worse in 6 of 6 seeds/);
    expect(oneFault.status).toBe(1);
    expect((await gate(['--baseline', file, '--max-regression', '5%'])).status).toBe(0);
  });

  it('1 for a rule that is broken', async () => {
    const { status, stdout } = await gate([...SIMULATED, '--require', 'patched >= 2x pristine']);
    expect(stdout).toContain('patched.faultsPerSecond >= 2x pristine');
    expect(status).toBe(1);
    const unwanted = await gate([...SIMULATED, '--fail-if', 'writeHoldNs.p99 < 1s']);
    expect(unwanted.status).toBe(1);
    const kept = [...SIMULATED, '--fail-if', 'writeHoldNs.p99 > 1s', '--require', 'patched >= 1'];
    expect((await gate(kept)).status).toBe(0);
  });

  it('3 where two rounds cannot tell', async () => {
    const { status, stdout } = await gate([...THREADS, '--kernels', 'pristine,pristine']);
    expect(stdout).toMatch(/^inconclusive/);
    expect(status).toBe(3);
  });

  it('4 without the baseline, or with one of something else', async () => {
    const none = await gate(['--baseline', inFolder('none.json')]);
    expect(none.stdout).toContain('--save-baseline');
    expect(none.status).toBe(4);
    const dearer = await gate(['--baseline', baseline, '--set', 'zapPageNs=215']);
    expect(dearer.stdout).toMatch(/machine\.costs\.zapPageNs 215 instead of \d+/);
    expect(dearer.status).toBe(4);
    const model = altered(baseline, 'model', (document) => ({
      ...document,
      tool: { ...document.tool, modelVersion: 99 },
    }));
    const { status, stdout } = await gate(['--baseline', model]);
    expect(stdout).toContain('model version');
    expect(status).toBe(4);
  });

  it('5 where calls failed, and the kernels did not do the same work', async () => {
    const { status, stdout } = await gate([
      ...SIMULATED,
      '--max-map-count',
      '1',
      '--require',
      'patched >= 1',
    ]);
    expect(stdout).toMatch(/^untrustworthy/);
    expect(status).toBe(5);
  });

  it('130 when it is interrupted, whatever it had found', async () => {
    const { child, outcome } = start([
      'gate',
      '--mmap-bytes',
      '16M',
      '--tasks',
      '1',
      '--timeout',
      '60s',
    ]);
    setTimeout(() => child.kill('SIGINT'), 1500);
    const { status, stdout } = await outcome;
    expect(stdout).toMatch(/^untrustworthy/);
    expect(stdout).toContain('interrupted');
    expect(status).toBe(130);
  });
});

describe('--on', () => {
  const regressed = [...SIMULATED, '--kernels', 'pristine,pristine+8%'];

  it('makes a verdict a warning, which is still said', async () => {
    const { status, stdout } = await gate([...regressed, '--on', 'regression=warn']);
    expect(stdout).toMatch(/^regression/);
    expect(status).toBe(0);
  });

  it('makes good news fail', async () => {
    const { status } = await gate([...SIMULATED, '--on', 'pass=fail,improvement=fail']);
    expect(status).toBe(1);
  });

  it('lets a pipeline begin without a baseline', async () => {
    const { status } = await gate([
      '--baseline',
      inFolder('none.json'),
      '--on',
      'no-baseline=warn',
    ]);
    expect(status).toBe(0);
  });
});

describe('on threads', () => {
  it("another machine's baseline judges nothing, unless it is trusted", async () => {
    const file = inFolder('threads.json');
    const words = [...THREADS, '--kernels', 'pristine'];
    expect(
      (await runCommand([...words, '--rounds', '6', '--timeout', '0.3s', '--save', file])).status,
    ).toBe(0);
    const document = JSON.parse(readFileSync(file, 'utf8')) as ResultDocument;
    const { hostFingerprint } = await import('../report/configuration.js');
    const host = { ...document.host, cpus: 999 };
    const elsewhere = {
      ...withRates(document, (faults) => faults * 1000),
      host: { ...host, fingerprint: hostFingerprint(host) },
    };
    writeFileSync(file, JSON.stringify(elsewhere));
    const advisory = await gate(['--baseline', file]);
    expect(advisory.stdout).toMatch(/^regression/);
    expect(advisory.stdout).toMatch(/advisory/);
    expect(advisory.status).toBe(0);
    expect((await gate(['--baseline', file, '--trust-host'])).status).toBe(1);
  });
});

describe('one verdict', () => {
  it('is in the text, the JSON, the JUnit file, the annotations and the summary', async () => {
    const words = [...SIMULATED, '--kernels', 'pristine,pristine+8%'];
    const summary = inFolder('summary.md');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const json = await gate([...words, '--json'], env);
    const document = JSON.parse(json.stdout) as GateDocument;
    expect(document.verdict).toBe('regression');
    expect(json.stderr).toMatch(/^::error /m);
    expect(readFileSync(summary, 'utf8')).toContain('**regression**');
    expect(json.status).toBe(1);
    const junit = await gate([...words, '--format', 'junit']);
    expect(junit.stdout).toContain('<failure ');
    expect(junit.status).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import type { FuzzFinding, FuzzPlan, FuzzTrialSamples } from '../samples/fuzz-samples.js';
import { buildFuzzResult, type FuzzDocument } from './fuzz.js';
import { renderFuzz } from './fuzz-table.js';

const PLAIN = { color: false, width: 100 };
const TOOL = { name: 'mmsem-bench', version: '0.1.0', modelVersion: 1 };
const HOST = {
  ...{ cpuModel: 'a CPU', cpus: 2, memoryBytes: 2 ** 30 },
  ...{ platform: 'linux', arch: 'x64', node: 'v20.0.0' },
};
const PLAN: FuzzPlan = {
  engine: 'threads',
  ...{ kernels: ['pristine', 'patched'], thresholdBytes: 4096, linux: '6.18' },
  ...{ tasks: 8, mms: 2, seconds: 10, stallSeconds: 30, seed: 7 },
};
const TRIAL: FuzzTrialSamples = {
  ...{ kernel: 'pristine', seconds: 10, calls: 123_456, checks: 19 },
  ...{ complete: true, finding: null },
};
const SHORTER: FuzzFinding = {
  message: 'broken invariants: mm 0: VMA 5 is left dead',
  ...{ task: null, step: 2, isShrunk: true },
  programs: [{ task: 2, calls: ['unmapAnywhere 89+23 = 0'] }],
  replay: "npx mmsem-bench fuzz --replay '...'",
  shorter: null,
};
const FINDING: FuzzFinding = {
  message: `task 1 loads 7 ${'and so on '.repeat(12).trim()}\nwhich is not its own`,
  ...{ task: 1, step: 42, isShrunk: false },
  programs: [{ task: 1, calls: ['load 3+1 = 0'] }],
  replay: 'npx mmsem-bench fuzz --seed 7',
  shorter: SHORTER,
};

function document(trials: readonly FuzzTrialSamples[], partial = false): FuzzDocument {
  const samples = { trials, partial, startedAt: '2018-06-27T00:00:00.000Z', elapsedSeconds: 20 };
  return buildFuzzResult({ tool: TOOL, host: HOST, plan: PLAN, samples });
}

describe('renderFuzz', () => {
  it('prints what was run and a row per kernel', () => {
    const text = renderFuzz(document([TRIAL, { ...TRIAL, kernel: 'patched', calls: 99 }]), PLAIN);
    expect(text)
      .toBe(`fuzz: threads engine, 8 tasks in 2 address spaces, threshold 4 KiB, Linux 6.18, seed 7

kernel      time    calls  calls/sec  checks  result
pristine  10.0 s  123.5 K    12.35 K      19  nothing found
patched   10.0 s       99      9.900      19  nothing found
`);
  });

  it('says below what was found, and what shows it in fewer calls', () => {
    const text = renderFuzz(document([{ ...TRIAL, finding: FINDING }]), PLAIN);
    expect(text.split('\n').slice(3).join('\n'))
      .toBe(`pristine  10.0 s  123.5 K    12.35 K      19  FINDING

FINDING on pristine, seed 7, step 42, task 1:
  task 1 loads 7 and so on and so on and so on and so on and so on and so on and so on and so on and
  so on and so on and so on and so on
  which is not its own
  the last calls of every task, pages counted from the first of the arena:
    task 1
      load 3+1 = 0
  to run it again: npx mmsem-bench fuzz --seed 7

Random schedules show, in fewer calls:
FINDING on pristine, seed 7, step 2:
  broken invariants: mm 0: VMA 5 is left dead
  the calls that it takes, pages counted from the first of the arena:
    task 2
      unmapAnywhere 89+23 = 0
  to run it again: npx mmsem-bench fuzz --replay '...'
`);
  });

  it('says that a run was cut short', () => {
    expect(renderFuzz(document([TRIAL], true), PLAIN)).toMatch(/\n\nThe run was ended early\.\n$/);
  });

  it('keeps to the terminal, without trailing blanks', () => {
    const text = renderFuzz(document([TRIAL]), { color: false, width: 60 });
    for (const line of text.split('\n')) {
      expect(line.length).toBeLessThanOrEqual(60);
      expect(line).toBe(line.trimEnd());
    }
  });

  it('adds nothing but colours when they are asked for', () => {
    const found = document([{ ...TRIAL, finding: FINDING }]);
    const colored = renderFuzz(found, { ...PLAIN, color: true });
    const escapes = new RegExp(String.raw`${'\x1b'}\[\d+m`, 'g');
    expect(colored).not.toBe(renderFuzz(found, PLAIN));
    expect(colored.replace(escapes, '')).toBe(renderFuzz(found, PLAIN));
  });
});

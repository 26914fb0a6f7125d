import { describe, expect, it } from 'vitest';
import type { CaseResult } from '../samples/verification.js';
import { buildVerification, type VerificationDocument } from './verification.js';
import { renderVerification } from './verification-table.js';

const PLAIN = { color: false, width: 100 };
const KERNELS = ['pristine', 'patched'];

function result(name: string, ltp: string | null, ...reasons: readonly string[]): CaseResult {
  const verdicts = KERNELS.map((kernel, i) => {
    const reason = reasons[i] ?? '';
    return { kernel, passed: reason === '', reason };
  });
  return { name, asserts: `${name} does what it does`, ltp, verdicts };
}

function document(cases: readonly CaseResult[], partial = false): VerificationDocument {
  return buildVerification({
    tool: { name: 'mmsem-bench', version: '0.1.0', modelVersion: 1 },
    host: {
      ...{ cpuModel: 'a CPU', cpus: 2, memoryBytes: 2 ** 30, platform: 'linux', arch: 'x64' },
      ...{ node: 'v20.0.0', startedAt: '2018-06-27T00:00:00.000Z', elapsedSeconds: 1 },
    },
    ...{ kernels: KERNELS, thresholdBytes: 2 ** 30, linux: '4.17', partial, cases },
  });
}

describe('renderVerification', () => {
  it('prints a row per case and a column per kernel', () => {
    const text = renderVerification(
      document([result('one', 'munmap01'), result('another', null)]),
      PLAIN,
    );
    expect(text).toBe(`verify: 2 cases on pristine, patched, threshold 1 GiB, Linux 4.17

case     after LTP  pristine  patched
one      munmap01   pass      pass
another             pass      pass

4 passed, 0 failed
`);
  });

  it('says below what failed, what was asserted and what was found', () => {
    const found = 'munmap returns -EINVAL, not 0';
    const text = renderVerification(document([result('one', null, '', found)], true), PLAIN);
    expect(text.split('\n').slice(3).join('\n')).toBe(`one              pass      FAIL

FAIL one on patched
    asserts: one does what it does
    found: munmap returns -EINVAL, not 0

1 passed, 1 failed; the run was ended early
`);
  });

  it('keeps its sentences to the terminal, and adds nothing but colours', () => {
    const failed = document([result('one', null, 'found what it must not find '.repeat(9).trim())]);
    const narrow = renderVerification(failed, { color: false, width: 60 });
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    const colored = renderVerification(failed, { ...PLAIN, color: true });
    const escapes = new RegExp(String.raw`${'\x1b'}\[\d+m`, 'g');
    expect(colored).not.toBe(renderVerification(failed, PLAIN));
    expect(colored.replace(escapes, '')).toBe(renderVerification(failed, PLAIN));
  });
});

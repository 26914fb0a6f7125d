import { afterEach, expect, it, vi } from 'vitest';
import { runHogs } from '../../engine/testing/run-hogs.js';
import { SystemCalls } from '../../mm/system-calls.js';

afterEach(() => {
  vi.restoreAllMocks();
});

it('eight processes change one quarter of the time, and every forbidden access is a SIGSEGV', () => {
  const [samples] = runHogs({ entries: [{ stressor: 'mprotect' }], seconds: 0.005 });
  const { calls, faults, bogoOps, failures, shortages } = samples!;
  expect(failures).toEqual([]);
  expect(shortages).toEqual([]);
  expect(bogoOps).toBeGreaterThan(5000);
  // GROWSUP and GROWSDOWN, each in half of the combinations, are refused.
  expect(calls['mprotect']! / bogoOps).toBeGreaterThan(3.8);
  expect(calls['mprotect']! / bogoOps).toBeLessThan(4.2);
  // Without PROT_WRITE, half of those that are left, something is tried that is not allowed.
  expect(faults.total / bogoOps).toBeGreaterThan(0.47);
  expect(faults.total / bogoOps).toBeLessThan(0.53);
  expect(faults.minor + faults.major).toBe(0);
  expect(calls).toMatchObject({ mmap: 8, munmap: 8, open: 1, close: 1 });
});

it('stops after its operations', () => {
  const [samples] = runHogs({ entries: [{ stressor: 'mprotect', ops: 50 }], seconds: 1 });
  expect(samples!.bogoOps).toBeGreaterThanOrEqual(50);
  expect(samples!.bogoOps).toBeLessThanOrEqual(57);
});

it('fails when what is forbidden is possible', () => {
  vi.spyOn(SystemCalls.prototype, 'mprotect').mockImplementation(function* () {
    yield* [];
    return 0;
  });
  const [samples] = runHogs({ entries: [{ stressor: 'mprotect', ops: 50 }], seconds: 1 });
  expect(samples!.failures.length).toBeGreaterThan(0);
  for (const failure of samples!.failures) {
    expect(failure).toMatch(/^page 0x[0-9a-f]+ was (readable|writable) with protection \d+$/);
  }
});

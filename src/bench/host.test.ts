import { describe, expect, it } from 'vitest';
import { BenchError } from './bench-error.js';
import { bytesPerThread, hostText, parseHostReport } from './host.js';

const GiB = 2 ** 30;

describe('bytesPerThread', () => {
  it.each([
    { threads: 2, free: 16 * GiB, bytes: GiB },
    { threads: 4, free: 4 * GiB, bytes: GiB / 2 },
    { threads: 3, free: GiB, bytes: Math.floor(GiB / 6 / 4096) * 4096 },
  ])('$threads threads map $bytes each of $free free', ({ threads, free, bytes }) => {
    expect(bytesPerThread(threads, free)).toBe(bytes);
  });

  it('gives up where not even a page fits', () => {
    expect(() => bytesPerThread(1024, 2 ** 20)).toThrow(BenchError);
  });
});

describe('parseHostReport', () => {
  it('takes the rate when the kernel has counted a fault for each page', () => {
    const report = '{"faultsPerSecond": 450000, "faults": 900000, "minorFaults": 900012}';
    expect(parseHostReport(report)).toBe(450_000);
  });

  it('does not believe a loop that got huge pages', () => {
    const report = '{"faultsPerSecond": 9e7, "faults": 900000, "minorFaults": 1758}';
    expect(() => parseHostReport(report)).toThrow('1758 faults for 900000 pages');
  });
});

describe('hostText', () => {
  it('prints both rates and their ratio, paired by round', () => {
    const text = hostText({
      tasks: 2,
      bytesPerTask: GiB,
      seconds: 2,
      hostKernel: 'Linux 6.1',
      rounds: [
        { hostFaultsPerSecond: 900_000, simulatedFaultsPerSecond: 9_900_000 },
        { hostFaultsPerSecond: 800_000, simulatedFaultsPerSecond: 8_000_000 },
        { hostFaultsPerSecond: 1_000_000, simulatedFaultsPerSecond: 12_000_000 },
      ],
    });
    expect(text).toBe(
      [
        'fault-munmap, pristine, 2 threads, one address space, 1,024 MiB each, 3 rounds',
        '',
        'page faults/s                       median  min .. max of rounds',
        "this machine's kernel (Linux 6.1)  900,000     800,000 .. 1.00 M",
        'simulated kernel                    9.90 M     8.00 M .. 12.00 M',
        'ratio                                 11.0          10.0 .. 12.0',
        '',
      ].join('\n'),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { summarizeRun } from '../../stats/summarize.js';
import { METRICS } from '../../stats/metrics.js';
import { syntheticPlan, syntheticRounds, syntheticRun } from '../../stats/testing/synthetic-run.js';
import { RESULTS } from '../testing/awkward-results.js';
import { PATCHED, PRISTINE, resultOf } from '../testing/synthetic-result.js';
import { renderCsv } from './csv.js';

/** RFC 4180: lines by CR LF, quotes doubled within quotes. */
function parseCsv(text: string): string[][] {
  expect(text.endsWith('\r\n')).toBe(true);
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g,
  )) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

function recordsOf(text: string): Record<string, string>[] {
  const [header, ...rows] = parseCsv(text);
  expect(new Set(header).size).toBe(header!.length);
  return rows.map((row) => {
    expect(row).toHaveLength(header!.length);
    return Object.fromEntries(row.map((field, column) => [header![column]!, field]));
  });
}

describe('CSV', () => {
  it('has the same columns whatever the result, also of no rounds', () => {
    const headers = Object.values(RESULTS).map((result) => parseCsv(renderCsv(result))[0]!.join());
    expect(new Set(headers).size).toBe(1);
    expect(recordsOf(renderCsv(RESULTS['stopped before the first round']!))).toEqual([]);
  });

  it('has a row for every kernel and round, with every metric as the statistics saw it', () => {
    const plan = { ...syntheticPlan(), writers: 3 };
    const trials = syntheticRounds([PRISTINE, PATCHED], 10);
    const { kernels } = summarizeRun(plan, syntheticRun(trials));
    const records = recordsOf(renderCsv(resultOf(trials, plan)));
    expect(records).toHaveLength(20);
    for (const [index, record] of records.entries()) {
      const kernel = kernels[Math.floor(index / 10)]!;
      const round = kernel.rounds[index % 10]!;
      expect(record).toMatchObject({
        engine: 'threads',
        kernel: kernel.label,
        round: String(round.round),
        complete: 'true',
        seconds: String(round.seconds),
        faultsTotal: String(round.counters.faultsTotal),
        writeHoldNsP50: String(round.mmapSem.writeHoldNs.p50),
        writeHoldNsP99: String(round.mmapSem.writeHoldNs.p99),
      });
      for (const metric of METRICS) {
        expect(record[metric.name], metric.name).toBe(String(metric.valueOf(round) ?? ''));
      }
    }
  });

  it('leaves a field empty for a number that does not exist', () => {
    const [first, second] = recordsOf(renderCsv(RESULTS['stopped in a round, without a munmap']!));
    expect(first).toMatchObject({ complete: 'false', faultsPerSecond: '2000', writeHoldNsMax: '' });
    expect(second).toMatchObject({ faultsPerSecond: '', machine: '' });
  });

  it('quotes what would be taken apart', () => {
    const result = RESULTS['two kernels']!;
    const kernels = result.kernels.map((kernel) => ({ ...kernel, name: 'a "b", c\r\nd' }));
    expect(recordsOf(renderCsv({ ...result, kernels }))[0]!['kernel']).toBe('a "b", c\r\nd');
  });
});

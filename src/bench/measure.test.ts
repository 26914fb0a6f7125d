import { describe, expect, it } from 'vitest';
import { batchBenchmark, loopBenchmark, measureAll, valueOf, type Benchmark } from './measure.js';

describe('valueOf', () => {
  it('is time per operation, or operations per second', () => {
    expect(valueOf({ ops: 1000, ns: 35_000 }, 'ns/op')).toBe(35);
    expect(valueOf({ ops: 12_000_000, ns: 2e9 }, 'faults/s')).toBe(6_000_000);
  });
});

describe('measureAll', () => {
  const { signal } = new AbortController();

  function recorded(name: string, unit: Benchmark['unit'], log: string[]): Benchmark {
    const prepare = (): ReturnType<Benchmark['prepare']> => {
      log.push(`prepare ${name}`);
      let ops = 0;
      return () => {
        log.push(name);
        ops += 1;
        return { ops, ns: 1000 };
      };
    };
    return { name, unit, prepare };
  }

  it('prepares all benchmarks, then runs them in turn', async () => {
    const log: string[] = [];
    const repeats: number[] = [];
    const benchmarks = [recorded('a', 'ns/op', log), recorded('b', 'faults/s', log)];
    const onRepeat = (repeat: number): void => void repeats.push(repeat);
    await measureAll(benchmarks, { repeats: 2, signal, onRepeat });
    expect(log).toEqual(['prepare a', 'prepare b', 'a', 'b', 'a', 'b']);
    expect(repeats).toEqual([0, 1]);
  });

  it('calls the least time and the greatest rate the best', async () => {
    const benchmarks = [recorded('time', 'ns/op', []), recorded('rate', 'faults/s', [])];
    const [time, rate] = await measureAll(benchmarks, {
      repeats: 4,
      signal,
      onRepeat: () => undefined,
    });
    expect(time).toEqual({
      name: 'time',
      unit: 'ns/op',
      values: [1000, 500, 1000 / 3, 250],
      median: (500 + 1000 / 3) / 2,
      best: 250,
    });
    expect(rate).toMatchObject({ median: 2_500_000, best: 4_000_000 });
  });

  it('stops between two stretches when it is told to', async () => {
    const log: string[] = [];
    const stop = new AbortController();
    const onRepeat = (): void => {
      stop.abort();
    };
    const benchmarks = [recorded('a', 'ns/op', log)];
    const attempt = measureAll(benchmarks, { repeats: 2, signal: stop.signal, onRepeat });
    await expect(attempt).rejects.toThrow('aborted');
    expect(log).toEqual(['prepare a']);
  });

  it('waits for a benchmark that answers later', async () => {
    const later: Benchmark = {
      name: 'later',
      unit: 'ns/op',
      prepare: () => () => Promise.resolve({ ops: 2, ns: 8 }),
    };
    const [row] = await measureAll([later], { repeats: 1, signal, onRepeat: () => undefined });
    expect(row?.median).toBe(4);
  });
});

describe('loopBenchmark', () => {
  it('finds a number of operations that takes long enough to time', async () => {
    const seen: number[] = [];
    const benchmark = loopBenchmark('busy', () => (ops) => {
      seen.push(ops);
      let sum = 0;
      for (let i = 0; i < ops; i++) sum = (sum + i) | 0;
      return sum;
    });
    const sample = await benchmark.prepare()();
    expect(sample.ops).toBe(seen.at(-1));
    expect(sample.ops).toBeGreaterThan(1024);
    expect(sample.ns).toBeGreaterThan(1e6);
  });

  it('objects to work whose result is lost', () => {
    const benchmark = loopBenchmark('lost', () => () => NaN);
    expect(() => benchmark.prepare()).toThrow('lost: the work came to nothing');
  });
});

describe('batchBenchmark', () => {
  it('adds batches up until they have taken long enough, untimed parts left out', async () => {
    const benchmark = batchBenchmark('batch', () => () => ({ ops: 10, ns: 4e6 }));
    expect(await benchmark.prepare()()).toEqual({ ops: 80, ns: 32e6 });
  });
});

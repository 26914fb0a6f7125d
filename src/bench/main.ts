/**
 * `npm run bench`: what the simulator itself costs. Figures on stdout, everything else on stderr.
 */
import { runAgainst } from './against.js';
import { benchDocument, benchText } from './bench-document.js';
import { BenchError } from './bench-error.js';
import { comparisonText, compareRounds } from './compare-rows.js';
import { engineBenchmarks } from './engine-rate.js';
import { compareWithHost, hostText } from './host.js';
import { measureAll } from './measure.js';
import { modelBenchmarks } from './model-benchmarks.js';
import { parseBenchOptions, type BenchOptions } from './options.js';
import { virtualBenchmarks } from './virtual-rate.js';

const print = (text: string): void => void process.stdout.write(text);
const say = (text: string): void => void process.stderr.write(`bench: ${text}\n`);
const printJson = (document: unknown): void => {
  print(`${JSON.stringify(document, null, 2)}\n`);
};

async function micro({ repeats, json }: BenchOptions, signal: AbortSignal): Promise<void> {
  const benchmarks = [
    ...modelBenchmarks(),
    ...engineBenchmarks(signal),
    ...virtualBenchmarks(signal),
  ];
  const onRepeat = (repeat: number): void => {
    say(`repeat ${repeat + 1} of ${repeats}`);
  };
  const rows = await measureAll(benchmarks, { repeats, signal, onRepeat });
  const document = benchDocument(rows);
  if (json) printJson(document);
  else print(benchText(document));
}

async function against(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const { revision, rounds, json } = options;
  const pairs = await runAgainst(revision, rounds, { signal, onStage: say });
  const comparisons = compareRounds(pairs);
  if (json) printJson({ revision, rounds, comparisons });
  else print(comparisonText(comparisons, revision, 'this tree'));
}

async function host({ threads, rounds, json }: BenchOptions, signal: AbortSignal): Promise<void> {
  const comparison = await compareWithHost({ threads, rounds }, signal, say);
  if (json) printJson(comparison);
  else print(hostText(comparison));
}

const signals = new AbortController();
for (const [name, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  // Not once: npm passes a terminal's Ctrl-C on to us, who have had it already.
  process.on(name, () => {
    process.exitCode = status;
    signals.abort();
  });
}

try {
  const options = parseBenchOptions(process.argv.slice(2), print);
  const run = { micro, against, host };
  if (options) await run[options.mode](options, signals.signal);
} catch (error) {
  if (error instanceof BenchError) {
    say(error.message);
    process.exitCode = 2;
  } else if (!signals.signal.aborted) {
    throw error;
  }
}

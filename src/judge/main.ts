/**
 * `npm run judge`: random programs of memory calls on the model and on the Linux underneath; exit code 1
 * when they differ. Findings and figures on stdout, complaints on stderr.
 */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { kernelNames } from '../mm/kernels.js';
import { canJudge } from './features.js';
import { findingText, judgeSeed, runJudge } from './run.js';
import type { Call } from './program.js';

interface Given {
  readonly calls: number;
  readonly seed: number;
  readonly program?: number;
  readonly findings: number;
  readonly without: readonly Call[];
  readonly shrink: boolean;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

function parse(argv: readonly string[]): Given {
  const command = new Command('npm run judge --')
    .description('random memory calls on the simulated address space and on this Linux, compared')
    .option('--calls <n>', 'calls to make', whole, 1_000_000)
    .option('--seed <n>', 'seed of the run', whole, Date.now() % 2 ** 32)
    .option('--program <seed>', 'run the program of this seed alone', whole)
    .option('--findings <n>', 'stop after so many', whole, 1)
    .option(
      '--without <calls>',
      'comma-separated calls to leave out',
      (text) => text.split(','),
      [],
    )
    .option('--no-shrink', 'print programs as they were found')
    .allowExcessArguments(false)
    .exitOverride();
  command.parse(argv, { from: 'user' });
  return command.opts<Given>();
}

async function judgeOne(seed: number, { without, shrink }: Given): Promise<number> {
  const settings = { kernels: kernelNames(), without };
  const { program, finding } = await judgeSeed(seed, settings, shrink);
  if (finding) print(findingText(finding));
  else print(`program ${seed}: ${program.ops.length} calls, no difference`);
  return finding === undefined ? 0 : 1;
}

async function judgeMany({ calls, seed, findings, without, shrink }: Given): Promise<number> {
  print(`seed ${seed}`);
  const started = performance.now();
  const options = { seed, calls, findingsMax: findings, without, shrinks: shrink };
  const result = await runJudge({ ...options, kernels: kernelNames() }, (finding) => {
    print(`${findingText(finding)}\n`);
  });
  const seconds = (performance.now() - started) / 1000;
  const rate = Math.round(result.calls / seconds);
  const byCall = Object.entries(result.byCall).sort(([, a], [, b]) => b - a);
  print(byCall.map(([call, count]) => `${call} ${count}`).join(', '));
  print(
    `${result.calls} calls in ${result.programs} programs, ${rate} calls/s, ` +
      `${result.strays} differences that did not come again, ${result.findings.length} findings`,
  );
  return result.findings.length === 0 ? 0 : 1;
}

try {
  const given = parse(process.argv.slice(2));
  if (!canJudge()) throw new Error('expected Linux on x86-64 to judge by');
  process.exitCode =
    given.program === undefined ? await judgeMany(given) : await judgeOne(given.program, given);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}

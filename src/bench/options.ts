/**
 * The command line of `npm run bench`, parsed and checked once.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { BenchError } from './bench-error.js';

export interface BenchOptions {
  readonly mode: 'micro' | 'against' | 'host';
  /** Revision to compare with; empty unless the mode is `against`. */
  readonly revision: string;
  readonly json: boolean;
  /** Repeats of every micro-benchmark. */
  readonly repeats: number;
  /** Alternations of the two sides, in the modes that have two. */
  readonly rounds: number;
  /** Threads of the modes that run the main job beside the host's kernel; 0 is one per CPU. */
  readonly threads: number;
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

function benchCommand(write: (text: string) => void): Command {
  return new Command('npm run bench --')
    .description('micro-benchmarks of the simulated kernel and of the threads engine')
    .addOption(
      new Option(
        '--against <rev>',
        'build this git revision in a work tree and compare with it, alternating',
      ).conflicts('host'),
    )
    .option('--host', "the main job beside the same loop on this machine's own kernel (needs cc)")
    .option('--json', 'one JSON document instead of text')
    .option('--repeats <n>', 'repeats of every micro-benchmark', wholeNumber(1, 1000), 7)
    .option('--rounds <n>', 'alternations of --against and --host', wholeNumber(1, 100), 5)
    .option('--threads <n>', 'threads of --host, 0 = one per CPU', wholeNumber(0, 1024), 0)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: () => undefined });
}

/**
 * Returns undefined when help was asked for and written.
 *
 * Throws BenchError, one line, when the command line makes no sense.
 */
export function parseBenchOptions(
  argv: readonly string[],
  write: (text: string) => void,
): BenchOptions | undefined {
  const command = benchCommand(write);
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    const what = error.message.replace(/^error: /, '').replace(/\.$/, '');
    throw new BenchError(`${what} (see --help)`);
  }
  const given = command.opts<{
    against?: string;
    host?: boolean;
    json?: boolean;
    repeats: number;
    rounds: number;
    threads: number;
  }>();
  const { against, host = false, json = false, repeats, rounds, threads } = given;
  const mode = against !== undefined ? 'against' : host ? 'host' : 'micro';
  return Object.freeze({ mode, revision: against ?? '', json, repeats, rounds, threads });
}

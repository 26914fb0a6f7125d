/**
 * The commands by name, `mmsem-bench NAME ...`. To add one, write a file and a row:
 *
 *   // frob.ts: imports here cost `mmsem-bench frob --help` time, imports in `run` do not.
 *   const OPTIONS = {
 *     seed: {
 *       flags: '--seed <N>',
 *       help: 'seed of every random decision, 0 to 9',
 *       expects: 'a whole number from 0 to 9',
 *       parse: wholeNumber(0, 9),
 *       preset: '1',
 *     },
 *   } satisfies Record<string, ValueOption<unknown>>;
 *
 *   export const frob: Command = {
 *     description: 'Frobs the simulated kernel.',
 *     groups: { Frobbing: OPTIONS, Output: { json: OUTPUT.json } },
 *     run: async (commandLine, world) => {
 *       const { seed } = readValues(OPTIONS, commandLine.settings);
 *       const { frobKernel } = await import('../engine/frob.js');
 *       return await replayable(`npx mmsem-bench frob --seed ${seed}`, async () => {
 *         await writeOut(world.stdout, `${frobKernel(seed)}\n`);
 *         return EXIT.ok;
 *       });
 *     },
 *   };
 *
 *   // A row of COMMANDS, in alphabetical order as in the help text:
 *   { name: 'frob', summary: 'frobs', load: async () => (await import('./frob.js')).frob },
 */
import { closest } from '../util/edit-distance.js';
import type { CommandEntry } from './command.js';
import { UsageError } from './usage-error.js';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'calibrate',
    summary: 'what this machine takes, for --machine this-host, and its --noise, for gates',
    load: async () => (await import('./calibrate.js')).calibrate,
  },
  {
    name: 'calls',
    summary: "a real program's memory calls, as strace prints them, on the simulated kernel",
    load: async () => (await import('./calls.js')).calls,
  },
  {
    name: 'compare',
    summary: "verdicts on saved runs: our JSON, Go benchmark text, stress-ng's YAML and output",
    load: async () => (await import('./compare.js')).compare,
  },
  {
    name: 'explore',
    summary: 'every interleaving of a few tasks on the rwsem, and what breaks it',
    load: async () => (await import('./explore.js')).explore,
  },
  {
    name: 'fuzz',
    summary: 'random memory calls by many tasks while content and invariants are watched',
    load: async () => (await import('./fuzz.js')).fuzz,
  },
  {
    name: 'gate',
    summary: 'a yes or no for pipelines: has performance regressed by more than is allowed?',
    load: async () => (await import('./gate.js')).gate,
  },
  {
    name: 'host',
    summary: 'an installed stress-ng on the real kernel, beside the simulated ones',
    load: async () => (await import('./host.js')).host,
  },
  {
    name: 'merge',
    summary: 'the shards of a sweep made into the whole',
    load: async () => (await import('./merge.js')).merge,
  },
  {
    name: 'reproduce',
    summary: 'simulations beside the figures that others have published',
    load: async () => (await import('./reproduce.js')).reproduce,
  },
  {
    name: 'sweep',
    summary: 'the comparison at every point of a grid of options and machine costs',
    load: async () => (await import('./sweep.js')).sweep,
  },
  {
    name: 'torture',
    summary: 'the rwsem alone under readers, writers and downgraders, like locktorture',
    load: async () => (await import('./torture.js')).torture,
  },
  {
    name: 'verify',
    summary: 'conformance cases after the Linux Test Project, on every kernel',
    load: async () => (await import('./verify.js')).verify,
  },
];

/**
 * The command that the first word of a command line names; undefined when it names none, which makes
 * it the comparison. What does not begin with a letter is an option or a slip, and is judged as one.
 *
 * Throws UsageError for the name of no command.
 */
export function commandNamed(
  word: string | undefined,
  commands: readonly CommandEntry[],
): CommandEntry | undefined {
  if (word === undefined || !/^[a-z]/i.test(word)) return undefined;
  const found = commands.find(({ name }) => name === word);
  if (found !== undefined) return found;
  const names = commands.map(({ name }) => name);
  const near = closest(word.toLowerCase(), names);
  const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
  const known = near === undefined && names.length > 0 ? `; there are ${names.join(', ')}` : '';
  throw new UsageError(`unknown command '${word}'${hint}${known}`);
}

/** Every command's name and what it does, as lines of the help text. */
export function commandLines(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
}

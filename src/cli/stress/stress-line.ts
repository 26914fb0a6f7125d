/**
 * A line in stress-ng's manner, from its words to plans: `--mmap 4 --mmap-bytes 1G --timeout 60s`,
 * with the options of this tool's comparison anywhere between.
 */
import type { Hog } from '../../workload/hog.js';
import type { JobMode } from '../../workload/job-file.js';
import type { CommandLine } from '../command-line.js';
import { EXIT } from '../exit-code.js';
import { UsageError } from '../usage-error.js';
import { chooseEntries, classListing, wantsStressors } from './choose-entries.js';
import type { ControlName } from './controls.js';
import { readJob } from './job-lines.js';
import { OptionTable } from './option-table.js';
import { chooseMachine } from './own-values.js';
import { requestOf, type StressRequest } from './request.js';
import { makeStressPlans, type StressPlans } from './stress-plans.js';
import type { Host } from './values.js';
import { wishesOf, type StressWishes } from './wishes.js';
import { piecesOf, readWords, type GivenOption } from './words.js';

/** What a line is read with. */
export interface StressContext {
  readonly hogs: readonly Hog[];
  /** The machine at hand, which threads run on. */
  readonly host: Host;
  /** The text of a job file. Throws UsageError. */
  readonly readJobFile: (file: string) => string;
}

/** What a line asks for. */
export type StressLine =
  /** Text that answers it without a run. */
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | StressRun;

/** Its plans are to be run one after the other; there are none where the line names nothing. */
export interface StressRun extends StressPlans {
  readonly kind: 'run';
  readonly wishes: StressWishes;
  /** Sentences about what is not heeded. */
  readonly warnings: readonly string[];
  /** Options of the comparison: where its results go, and how they look. */
  readonly own: CommandLine;
  readonly jobFile: string | undefined;
  /** Without plans: whether the line wanted any (`EXIT.nothingLeft`) or names no stressor at all. */
  readonly exitCode: number;
}

/** Options that no line has but one in stress-ng's manner. */
const OF_STRESS_NG: readonly ControlName[] = [
  'all',
  'parallel',
  'sequential',
  'class',
  'with',
  'random',
  'permute',
  'job',
  'mmap-compat',
  'stressors',
];

/**
 * Whether a line names a stressor of stress-ng, or chooses among them, or has them in a job file. Its
 * other options alone, such as --mmap-bytes, are those of the comparison.
 */
export function isStressLine(argv: readonly string[], hogs: readonly Hog[]): boolean {
  return [...piecesOf(argv, new OptionTable(hogs))].some(({ option }) => {
    const role = option?.role;
    if (role?.kind === 'control') return OF_STRESS_NG.includes(role.control);
    return role?.kind === 'entry' || role?.kind === 'stranger';
  });
}

/** Throws UsageError. */
export function readStressLine(argv: readonly string[], context: StressContext): StressLine {
  const table = new OptionTable(context.hogs);
  const typed = readWords(argv, table);
  const answer = answerTo(typed, context);
  if (answer !== undefined) return answer;
  if (argv.length === 0) {
    throw new UsageError('no stress workers invoked: name a stressor, such as --mmap 1');
  }
  const { options, mode } = withJob(typed, table, context);
  return runOf(requestOf(options, mode), context);
}

/** The last --job counts. */
function withJob(
  typed: readonly GivenOption[],
  table: OptionTable,
  { readJobFile }: StressContext,
): { readonly options: readonly GivenOption[]; readonly mode: JobMode | undefined } {
  const file = typed.findLast(({ option }) => option.name === 'job')?.text;
  if (file === undefined) return { options: typed, mode: undefined };
  const job = readJob(file, readJobFile(file), table);
  return { options: [...typed, ...job.options], mode: job.mode };
}

/** Options that print something and leave it at that, the first of them. */
function answerTo(given: readonly GivenOption[], { hogs }: StressContext): StressLine | undefined {
  for (const option of given) {
    const { name } = option.option;
    if (name === 'help' || name === 'version') return { kind: name };
    if (name === 'stressors') {
      return { kind: 'answer', text: `${hogs.map((hog) => hog.name).join(' ')}\n` };
    }
    const text = name === 'class' ? classListing(option, hogs) : undefined;
    if (text !== undefined) return { kind: 'answer', text };
  }
  return undefined;
}

function runOf(request: StressRequest, { hogs, host }: StressContext): StressRun {
  const wishes = wishesOf(request);
  const machine = chooseMachine(request.own.settings, host);
  const chosen = chooseEntries(request, hogs, machine.host);
  const made = makeStressPlans(request, chosen, machine, hogs);
  const isWanting = made.plans.length === 0 && wantsStressors(request);
  return {
    kind: 'run',
    ...made,
    wishes,
    warnings: request.warnings,
    own: withQuiet(request.own, wishes.quiet),
    jobFile: request.controls.get('job')?.text,
    exitCode: isWanting ? EXIT.nothingLeft : EXIT.ok,
  };
}

/** stress-ng's --quiet is the comparison's, too. */
function withQuiet(own: CommandLine, quiet: boolean): CommandLine {
  return quiet ? { ...own, switches: new Set([...own.switches, 'quiet']) } : own;
}

/** A judged run: programs in a child until enough calls are made or enough is found. */
import type { Done, Finding } from './child-protocol.js';
import type { Difference } from './differential.js';
import { JudgeChild, type Crash } from './judge-child.js';
import { programText } from './op-text.js';
import type { Call, Program } from './program.js';
import { shrink } from './shrink.js';

export interface RunOptions {
  readonly seed: number;
  readonly calls: number;
  /** The run ends with so many. */
  readonly findingsMax: number;
  readonly kernels: readonly string[];
  readonly without: readonly Call[];
  readonly shrinks: boolean;
}

export interface RunResult {
  readonly calls: number;
  readonly programs: number;
  readonly byCall: Readonly<Partial<Record<Call, number>>>;
  readonly strays: number;
  readonly findings: readonly Finding[];
}

/** A child takes no more calls at a time, so that what it allocates goes away with it. */
const CALLS_PER_CHILD = 200_000;

function crashOf(program: Program, { reason }: Crash): Difference {
  const step = Math.max(0, program.ops.length - 1);
  return { step, aspect: 'crash', model: reason, linux: 'none' };
}

/** What a child says of a program, a crash being a difference, too. */
async function differenceIn(child: JudgeChild, program: Program): Promise<Difference | undefined> {
  const reply = await child.ask({ kind: 'judge', program });
  return reply.kind === 'crash' ? crashOf(program, reply) : reply.difference;
}

function notStarting({ reason }: Crash): string {
  return `the judge does not start: ${reason}`;
}

async function programOf(child: JudgeChild, seed: number): Promise<Program> {
  const reply = await child.ask({ kind: 'generate', seed });
  if (reply.kind === 'crash') throw new Error(notStarting(reply));
  return reply.program;
}

/** The finding of a program in a new child, which owes nothing to what ran before; shrunk if wanted. */
async function confirmed(
  child: JudgeChild,
  program: Program,
  shrinks: boolean,
): Promise<Finding | undefined> {
  await child.leave();
  const difference = await differenceIn(child, program);
  if (difference === undefined) return undefined;
  const finding = { program, difference };
  return shrinks ? shrink(finding, (shorter) => differenceIn(child, shorter)) : finding;
}

/** The program of a seed alone. */
export async function judgeSeed(
  seed: number,
  settings: { readonly kernels: readonly string[]; readonly without: readonly Call[] },
  shrinks: boolean,
): Promise<{ readonly program: Program; readonly finding: Finding | undefined }> {
  const child = new JudgeChild(settings);
  try {
    const program = await programOf(child, seed);
    return { program, finding: await confirmed(child, program, shrinks) };
  } finally {
    await child.close();
  }
}

/** `onFinding` gets each finding at once, shrunk. */
export async function runJudge(
  options: RunOptions,
  onFinding?: (finding: Finding) => void,
): Promise<RunResult> {
  const { seed, findingsMax, shrinks } = options;
  const findings: Finding[] = [];
  const byCall: Partial<Record<Call, number>> = {};
  let [calls, programs, strays] = [0, 0, 0];
  const child = new JudgeChild(options);
  try {
    while (calls < options.calls && findings.length < findingsMax) {
      const wanted = Math.min(CALLS_PER_CHILD, options.calls - calls);
      const reply = await child.ask({ kind: 'run', seed, skip: programs, calls: wanted });
      let done: Done;
      let found: Program | undefined;
      if (reply.kind === 'crash') {
        if (reply.progress === undefined) throw new Error(notStarting(reply));
        done = reply.progress;
        found = await programOf(child, reply.progress.seed);
        programs += 1;
      } else {
        done = reply;
        found = reply.finding?.program;
        strays += reply.strays;
      }
      calls += done.calls;
      programs += done.programs;
      count(byCall, done.byCall);
      if (found === undefined) continue;
      const finding = await confirmed(child, found, shrinks);
      if (finding === undefined) strays += 1;
      else {
        findings.push(finding);
        onFinding?.(finding);
      }
    }
  } finally {
    await child.close();
  }
  return { calls, programs, byCall, strays, findings };
}

function count(sums: Partial<Record<Call, number>>, more: Done['byCall']): void {
  for (const [call, calls] of Object.entries(more) as [Call, number][]) {
    sums[call] = (sums[call] ?? 0) + calls;
  }
}

export function findingText({ program, difference }: Finding): string {
  const { step, aspect, model, linux } = difference;
  return [
    `finding: ${aspect} differs after step ${step} of the program of seed ${program.seed}`,
    programText(program),
    `model: ${model}`,
    `linux: ${linux}`,
    `replay: npm run judge -- --program ${program.seed}`,
  ].join('\n');
}

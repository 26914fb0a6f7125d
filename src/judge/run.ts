/** A judged run: programs in a child until enough calls are made or enough is found. */
import type { Finding, RunReply } from './child-protocol.js';
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

function crashFinding(program: Program, { reason }: Crash): Finding {
  const step = Math.max(0, program.ops.length - 1);
  return { program, difference: { step, aspect: 'crash', model: reason, linux: 'none' } };
}

async function findingOfCrash(child: JudgeChild, crash: Crash): Promise<Finding> {
  if (crash.seed === undefined) throw new Error(`the judge does not start: ${crash.reason}`);
  const reply = await child.ask({ kind: 'generate', seed: crash.seed });
  if (reply.kind === 'crash') throw new Error(`the judge does not start: ${reply.reason}`);
  return crashFinding(reply.program, crash);
}

export async function shrinkIn(child: JudgeChild, finding: Finding): Promise<Finding> {
  return shrink(finding, async (program) => {
    const reply = await child.ask({ kind: 'judge', program });
    return reply.kind === 'crash' ? crashFinding(program, reply).difference : reply.difference;
  });
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
  const child = new JudgeChild({ ...options });
  try {
    while (calls < options.calls && findings.length < findingsMax) {
      const wanted = Math.min(CALLS_PER_CHILD, options.calls - calls);
      const reply = await child.ask({ kind: 'run', seed, skip: programs, calls: wanted });
      const isCrash = reply.kind === 'crash';
      const found = isCrash ? await findingOfCrash(child, reply) : reply.finding;
      if (!isCrash) {
        count(byCall, reply.byCall);
        calls += reply.calls;
        programs += reply.programs;
        strays += reply.strays;
      }
      if (found) {
        const finding = shrinks ? await shrinkIn(child, found) : found;
        findings.push(finding);
        onFinding?.(finding);
      }
      if (isCrash) break;
    }
  } finally {
    await child.close();
  }
  return { calls, programs, byCall, strays, findings };
}

function count(sums: Partial<Record<Call, number>>, more: RunReply['byCall']): void {
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

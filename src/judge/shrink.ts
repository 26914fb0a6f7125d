/** Leaves out of a program whatever its finding does without (delta debugging). */
import type { Difference } from './differential.js';
import type { Finding } from './child-protocol.js';
import type { Op, Program } from './program.js';

/** The program's difference, as a child judges it. */
export type JudgeOf = (program: Program) => Promise<Difference | undefined>;

/** It must stay the same kind of difference after the same call, or another one takes its place. */
function isAlike(a: Finding, ops: readonly Op[], difference: Difference | undefined): boolean {
  if (difference?.aspect !== a.difference.aspect) return false;
  return ops[difference.step]?.call === a.program.ops[a.difference.step]?.call;
}

export async function shrink(finding: Finding, judge: JudgeOf): Promise<Finding> {
  const { step } = finding.difference;
  let best: Finding = {
    ...finding,
    program: { ...finding.program, ops: finding.program.ops.slice(0, step + 1) },
  };
  let size = Math.max(1, Math.ceil(best.program.ops.length / 2));
  for (;;) {
    let hasShrunk = false;
    for (let at = best.program.ops.length - 1; at >= 0; at -= size) {
      const { ops } = best.program;
      const kept = [...ops.slice(0, Math.max(0, at - size + 1)), ...ops.slice(at + 1)];
      if (kept.length === ops.length || kept.length === 0) continue;
      const program = { ...best.program, ops: kept };
      const difference = await judge(program);
      if (difference === undefined || !isAlike(best, kept, difference)) continue;
      const shorter = kept.slice(0, difference.step + 1);
      best = { program: { ...program, ops: shorter }, difference };
      hasShrunk = true;
    }
    if (size === 1 && !hasShrunk) return best;
    size = Math.max(1, Math.floor(size / 2));
  }
}

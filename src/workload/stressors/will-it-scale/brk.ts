/**
 * brk1 and brk2: the heap grows by a page and shrinks by it, never touched; brk2 does it above a page
 * that is the heap's already, so that a VMA grows where brk1 makes one. A call is an iteration.
 *
 * As threads all push the one break of their process up and down together: each took the same address
 * for it when it began. Somebody else may have moved it there before, which is no failure.
 */
import { startHeapOnce } from '../../../mm/brk.js';
import { PAGE_SIZE } from '../../../mm/layout.js';
import type { Op } from '../../../mm/op.js';
import type { Hog, HogTask } from '../../hog.js';
import { bothForms, type Iterations } from './test-case.js';

/** Where the program's data end: that of a program that is not moved around, as its wrapper runs it. */
export const HEAP_ADDRESS = 0x5555_5557_9000;

function* moveBreak(task: HogTask, to: number): Op<void> {
  const end = yield* task.calls.brk(to);
  if (end !== to) task.fail(`brk to 0x${to.toString(16)} leaves it at 0x${end.toString(16)}`);
}

/** `kept`: pages below, which stay. */
function* pushBreak(task: HogTask, iterations: Iterations, kept: number): Op<void> {
  yield* startHeapOnce(task.cpu, task.calls.mm, HEAP_ADDRESS);
  const below = HEAP_ADDRESS + kept * PAGE_SIZE;
  if (kept > 0) yield* moveBreak(task, below);
  while (!task.stopping()) {
    yield* moveBreak(task, below + PAGE_SIZE);
    yield* moveBreak(task, below);
    yield* iterations.add(2);
  }
}

const needs = () => ({ pages: 0 });

export const brks: readonly Hog[] = [
  ...bothForms({
    name: 'brk1',
    description: 'grow the heap by a page and shrink it, untouched',
    needs,
    loop: (task, iterations) => pushBreak(task, iterations, 0),
  }),
  ...bothForms({
    name: 'brk2',
    description: 'the same above a page that stays',
    needs,
    loop: (task, iterations) => pushBreak(task, iterations, 1),
  }),
];

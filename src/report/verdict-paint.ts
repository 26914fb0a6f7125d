import type { ChalkInstance } from 'chalk';
import type { Verdict } from '../stats/verdict.js';

/** The colour of a verdict wherever one is shown. */
export function verdictPaint(verdict: Verdict, chalk: ChalkInstance): (text: string) => string {
  switch (verdict) {
    case 'faster':
      return chalk.green;
    case 'slower':
      return chalk.red;
    case 'inconclusive':
    case 'mixed':
      return chalk.yellow;
    case 'no difference shown':
    case 'no difference':
      return chalk.dim;
  }
}

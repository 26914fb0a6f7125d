import type { ChalkInstance } from 'chalk';
import type { Verdict } from '../stats/compare.js';

/** The colour of a verdict wherever one is shown. */
export function verdictPaint(verdict: Verdict, chalk: ChalkInstance): (text: string) => string {
  switch (verdict) {
    case 'faster':
      return chalk.green;
    case 'slower':
      return chalk.red;
    case 'inconclusive':
      return chalk.yellow;
    case 'no difference shown':
      return chalk.dim;
  }
}

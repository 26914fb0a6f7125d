import type { ChalkInstance } from 'chalk';
import type { GateVerdict } from './verdict.js';

/** The colour of a gate's verdict wherever one is shown. */
export function gatePaint(verdict: GateVerdict, chalk: ChalkInstance): (text: string) => string {
  switch (verdict) {
    case 'untrustworthy':
    case 'regression':
      return chalk.red;
    case 'not-comparable':
    case 'no-baseline':
    case 'inconclusive':
      return chalk.yellow;
    case 'improvement':
    case 'pass':
      return chalk.green;
  }
}

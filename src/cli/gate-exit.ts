import type { GateReport, GateVerdict } from '../gate/verdict.js';
import { EXIT } from './exit-code.js';

/** What each verdict is to the shell if it fails; those that are good news fail only when told to. */
const FAILED: Readonly<Record<GateVerdict, number>> = {
  untrustworthy: EXIT.runFailed,
  'not-comparable': EXIT.notComparable,
  'no-baseline': EXIT.notComparable,
  regression: EXIT.regression,
  inconclusive: EXIT.inconclusive,
  improvement: EXIT.regression,
  pass: EXIT.regression,
};

export function gateExit({ verdict, action }: Pick<GateReport, 'verdict' | 'action'>): number {
  return action === 'fail' ? FAILED[verdict] : EXIT.ok;
}

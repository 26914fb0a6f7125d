/** What a gate asks for, as a claim about one kernel that a run shows, contradicts or leaves open. */
import type { Quantity } from './quantity.js';

/** What the claim's right side is: a multiple of somebody's own value, or a number. */
export type Bound =
  | { readonly of: 'baseline' | 'kernel'; readonly kernel: string; readonly factor: number }
  | { readonly of: 'limit'; readonly value: number };

export interface Rule {
  /** As a user would write it: `patched.faultsPerSecond >= baseline - 5%`. */
  readonly text: string;
  /** Label of the kernel that is judged. */
  readonly kernel: string;
  readonly quantity: Quantity;
  /** On which side of the bound the value has to be. */
  readonly side: 'above' | 'below';
  /** Whether the bound itself is wrong. */
  readonly isStrict: boolean;
  readonly bound: Bound;
}

/** The change for the worse, a fraction, that a kernel may show against the baseline or another kernel. */
export function regressionRule(
  kernel: string,
  quantity: Quantity,
  against: { readonly of: 'baseline' | 'kernel'; readonly kernel: string },
  allowed: number,
): Rule {
  const side: Rule['side'] = quantity.better === 'higher' ? 'above' : 'below';
  const factor = side === 'above' ? 1 - allowed : 1 + allowed;
  return ruleOf(kernel, quantity, { side, isStrict: false }, { ...against, factor });
}

/** A rule with its text. */
export function ruleOf(
  kernel: string,
  quantity: Quantity,
  { side, isStrict }: Pick<Rule, 'side' | 'isStrict'>,
  bound: Bound,
): Rule {
  const operator = `${side === 'above' ? '>' : '<'}${isStrict ? '' : '='}`;
  const text = `${kernel}.${quantity.name} ${operator} ${boundText(bound, quantity)}`;
  return { text, kernel, quantity, side, isStrict, bound };
}

function boundText(bound: Bound, { isTime }: Quantity): string {
  if (bound.of === 'limit') return isTime ? `${bound.value}ns` : String(bound.value);
  const who = bound.of === 'baseline' ? 'baseline' : bound.kernel;
  const { factor } = bound;
  if (factor === 1) return who;
  if (factor >= 2 || factor <= 0.5) return `${trimmed(factor)}x ${who}`;
  return `${who} ${factor < 1 ? '-' : '+'} ${trimmed(100 * Math.abs(factor - 1))}%`;
}

/** Without what binary fractions leave behind: 5, not 5.000000000000004. */
function trimmed(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/**
 * The language of rules: LEFT OP RIGHT, in which
 *   LEFT   is a kernel, a quantity or KERNEL.QUANTITY,
 *   OP     is one of >= > <= <,
 *   RIGHT  is `baseline`, a kernel or KERNEL.QUANTITY, each with `+ 3%`, `- 5%` behind it or `2x` before it;
 *          a bare `2x`, or a number with a unit: 5ms, 14M.
 */
import { METRICS } from '../stats/metrics.js';
import { closest } from '../util/edit-distance.js';
import { quantityNamed, quantityNames, type Quantity } from './quantity.js';
import { ruleOf, type Bound, type Rule } from './rule.js';

/** What names in a rule stand for. */
export interface RuleContext {
  /** Labels of the run's kernels, the base first. */
  readonly kernels: readonly string[];
  readonly hasBaseline: boolean;
}

/** `message` says what is wrong with the rule, for the user. */
export class BadRule extends Error {
  override readonly name = 'BadRule';
}

const OPERATOR = /^(.*?)\s*(>=|<=|>|<)\s*(.*)$/s;
const PERCENT = /^(\S+?)\s*([+-])\s*(\d+(?:\.\d+)?)\s*%$/;
const TIMES = /^(\d+(?:\.\d+)?)x(?:\s+(\S+))?$/;
const NUMBER = /^(\d+(?:\.\d+)?)\s*([a-zA-Zµ]*)$/;

const NS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };
const SI: Readonly<Record<string, number>> = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9 };

interface Subject {
  /** Undefined: whoever is judged. */
  readonly kernel: string | undefined;
  readonly quantity: Quantity | undefined;
}

/**
 * The rules that a text is, one for each kernel that it leaves open: with a baseline every kernel,
 * otherwise every one but the base. `unwanted`: the text says what must not be so. Throws BadRule.
 */
export function parseRules(text: string, context: RuleContext, unwanted: boolean): Rule[] {
  const [, left, operator, right] = OPERATOR.exec(text.trim()) ?? [];
  if (left === undefined || right === undefined || operator === undefined) {
    throw new BadRule(`it is not 'LEFT >= RIGHT' or with > <= <`);
  }
  const subject = subjectOf(left, context);
  const quantity = subject.quantity ?? quantityNamed('faultsPerSecond')!;
  const side: Rule['side'] = operator.startsWith('>') !== unwanted ? 'above' : 'below';
  // What is not above is below, or equal.
  const isStrict = operator.endsWith('=') === unwanted;
  const judged = subject.kernel === undefined ? openKernels(context) : [subject.kernel];
  return judged.map((kernel) => {
    const bound = boundOf(right, kernel, quantity, context);
    return ruleOf(kernel, quantity, { side, isStrict }, bound);
  });
}

function openKernels({ kernels, hasBaseline }: RuleContext): readonly string[] {
  return hasBaseline || kernels.length === 1 ? kernels : kernels.slice(1);
}

function subjectOf(word: string, { kernels }: RuleContext): Subject {
  const quantity = quantityNamed(word);
  if (quantity !== undefined) return { kernel: undefined, quantity };
  if (kernels.includes(word)) return { kernel: word, quantity: undefined };
  // A kernel's label may have a dot in it.
  const kernel = kernels.find((label) => word.startsWith(`${label}.`));
  const rest = kernel === undefined ? word : word.slice(kernel.length + 1);
  const own = quantityNamed(rest);
  if (kernel !== undefined && own !== undefined) return { kernel, quantity: own };
  const near = closest(
    rest,
    kernel === undefined ? [...kernels, ...quantityNames()] : quantityNames(),
  );
  const metrics = `${METRICS.map(({ name }) => name).join(', ')} or such as writeHoldNs.p99`;
  const known = kernel === undefined ? `${kernels.join(', ')}; ${metrics}` : metrics;
  const hint = near === undefined ? ` of these: ${known}` : ` (did you mean '${near}'?)`;
  throw new BadRule(`'${rest}' is no ${kernel === undefined ? 'kernel or ' : ''}metric${hint}`);
}

function boundOf(text: string, kernel: string, quantity: Quantity, context: RuleContext): Bound {
  // A planted slow-down has a per cent sign in its name.
  const isKernel = context.kernels.includes(text);
  const [, who, sign, percent] = isKernel ? [] : (PERCENT.exec(text) ?? []);
  if (who !== undefined && percent !== undefined) {
    const change = (sign === '-' ? -1 : 1) * (Number(percent) / 100);
    if (change <= -1) throw new BadRule(`nothing is ${percent} % less than '${who}'`);
    return relativeTo(who, kernel, quantity, 1 + change, context);
  }
  const [, factor, of] = TIMES.exec(text) ?? [];
  if (factor !== undefined) {
    if (Number(factor) === 0) throw new BadRule('0x is nothing to compare with');
    return relativeTo(of, kernel, quantity, Number(factor), context);
  }
  const [, number, unit] = NUMBER.exec(text) ?? [];
  if (number !== undefined) return limitOf(Number(number), unit ?? '', quantity);
  return relativeTo(text, kernel, quantity, 1, context);
}

function relativeTo(
  who: string | undefined,
  kernel: string,
  quantity: Quantity,
  factor: number,
  context: RuleContext,
): Bound {
  const { kernels, hasBaseline } = context;
  if (who === 'baseline' && !hasBaseline)
    throw new BadRule('there is no --baseline to compare with');
  if (who === 'baseline' || (who === undefined && hasBaseline)) {
    return { of: 'baseline', kernel, factor };
  }
  const other =
    who === undefined ? { kernel: kernels[0], quantity: undefined } : subjectOf(who, context);
  if (other.kernel === undefined) throw new BadRule(`'${who}' names no kernel to compare with`);
  if (other.quantity !== undefined && other.quantity !== quantity) {
    throw new BadRule(`${quantity.name} and ${other.quantity.name} do not compare`);
  }
  if (other.kernel === kernel) throw new BadRule(`it compares ${kernel} with itself`);
  return { of: 'kernel', kernel: other.kernel, factor };
}

function limitOf(number: number, unit: string, { name, isTime }: Quantity): Bound {
  const scale = (isTime ? NS : SI)[unit];
  if (scale === undefined) {
    const units = isTime ? 'ns, us, ms or s' : 'none, K, M or G';
    throw new BadRule(`the unit of ${name} is ${units}, not '${unit}'`);
  }
  if (number === 0) throw new BadRule('0 is no bound: every value is 0 or more');
  return { of: 'limit', value: number * scale };
}

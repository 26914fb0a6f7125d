/**
 * Whether a gate can tell what it is there to tell: of a kernel beside itself that nothing has
 * changed, and of the same with a slow-down planted that is half as much again as is allowed.
 */
import { SIGNIFICANCE } from '../stats/verdict.js';
import { DEFAULT_ACTIONS, type GateTerms, type Judgement, type MeasuredRun } from './gate.js';
import { judgeByFirst } from './plain-gate.js';
import { decide, type GateCheck, type GateVerdict, type RuleCheck } from './verdict.js';

/** The slow-down planted, of the change that is allowed. */
const PLANTED_TIMES = 1.5;

/** More cannot be planted in a kernel. */
const PLANTED_PERCENT_MAX = 50;

/** As many decimals of a per cent as the name of a kernel has room for. */
const PLANTED_DECIMALS = 6;

/** `message` says which allowed changes can be tested, for the user. */
export class NotTestable extends Error {
  override readonly name = 'NotTestable';
}

/**
 * The kernels of a self-test's run: `base`, its twin, and the planted one. `allowed` is the change for
 * the worse that the gate allows, a fraction. Throws NotTestable.
 */
export function selfTestKernels(base: string, allowed: number): string[] {
  return [base, base, `${base}+${plantedPercent(allowed)}%`];
}

/**
 * The judgement on a run of `selfTestKernels`: each of the two kernels is judged as the only one of a
 * gate would be, and then the gate by what it has said. `pass`: the gate can tell; `untrustworthy`: it
 * cannot; `inconclusive`: with more rounds it might. Throws NotTestable.
 */
export function judgeSelfTest(
  run: MeasuredRun,
  allowed: number,
  level = SIGNIFICANCE,
  actions: GateTerms['actions'] = DEFAULT_ACTIONS,
): Judgement {
  const planted = `a planted slow-down of ${plantedPercent(allowed)} %`;
  const gates = [1, 2].map((kernelIndex) => judgeByFirst(run, kernelIndex, allowed, level));
  const [twin, slower] = gates.map(({ checks }) => checks[0]!);
  const checks = [onTwin(twin!), onPlanted(slower!, planted)].map((check): GateCheck => {
    return { ...check, action: actions[check.verdict] };
  });
  // What speaks against the run speaks against any gate on it.
  const isDoubted = gates.some(({ reasons }) => reasons.length > 0);
  const doubt = { verdict: 'untrustworthy', action: actions.untrustworthy } as const;
  return {
    ...decide([...checks, ...(isDoubted ? [doubt] : [])]),
    reasons: distinct([
      ...gates.flatMap(({ reasons }) => reasons),
      ...checks.flatMap(({ verdict: own, message }) => (own === 'untrustworthy' ? [message] : [])),
    ]),
    warnings: distinct(gates.flatMap(({ warnings }) => warnings)),
    checks,
    run: run.document,
  };
}

function onTwin(check: RuleCheck): RuleCheck {
  return translated(check, {
    regression: ['untrustworthy', 'cries wolf: an identical kernel is called a regression'],
    inconclusive: ['inconclusive', 'cannot tell an identical kernel from a regression'],
    untrustworthy: ['untrustworthy', 'cannot judge an identical kernel'],
    otherwise: ['pass', 'an identical kernel is no regression'],
  });
}

function onPlanted(check: RuleCheck, planted: string): RuleCheck {
  return translated(check, {
    regression: ['pass', `finds ${planted}`],
    inconclusive: ['inconclusive', `cannot tell ${planted} from what is allowed`],
    untrustworthy: ['untrustworthy', `cannot judge ${planted}`],
    otherwise: ['untrustworthy', `sleeps: lets ${planted} pass`],
  });
}

type Said = readonly [GateVerdict, string];

type Meaning = Readonly<
  Record<'regression' | 'inconclusive' | 'untrustworthy' | 'otherwise', Said>
>;

function translated(check: RuleCheck, meaning: Meaning): RuleCheck {
  const said = check.verdict in meaning ? (check.verdict as keyof Meaning) : 'otherwise';
  const [verdict, words] = meaning[said];
  return { ...check, verdict, message: `${words} (${check.message})` };
}

function plantedPercent(allowed: number): number {
  const wanted = Number((100 * PLANTED_TIMES * allowed).toFixed(PLANTED_DECIMALS));
  const percent = Math.min(PLANTED_PERCENT_MAX, wanted);
  // The planted slow-down has to be visibly more than what is allowed.
  if (percent > 0 && percent > 100 * allowed) return percent;
  throw new NotTestable(
    `only a gate that allows a change above 0 % and below ${PLANTED_PERCENT_MAX} % can be tested`,
  );
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

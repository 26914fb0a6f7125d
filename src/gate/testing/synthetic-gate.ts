/** Reports of gates that never ran: every verdict, and what a form has to cope with. */
import { AWKWARD } from '../../report/testing/awkward-results.js';
import {
  PATCHED,
  PRISTINE,
  resultOf,
  syntheticResult,
} from '../../report/testing/synthetic-result.js';
import { DEFAULT_ACTIONS } from '../gate.js';
import {
  ACTIONS,
  type BaselineFacts,
  type GateAction,
  type GateReport,
  type GateVerdict,
  type RuleCheck,
} from '../verdict.js';

export const RUN = syntheticResult({ pristine: PRISTINE, patched: PATCHED });

export const BASELINE: BaselineFacts = {
  file: 'results/baseline/ci.json',
  startedAt: '2026-11-20T08:15:00.000Z',
  configurationHash: RUN.configurationHash,
  modelVersion: RUN.tool.modelVersion,
  hostFingerprint: RUN.host.fingerprint,
  sameHost: true,
};

/** A rate that fell by less than is allowed. */
export function syntheticCheck(more: Partial<RuleCheck> = {}): RuleCheck {
  return {
    rule: 'patched.faultsPerSecond >= baseline - 5%',
    kernel: 'patched',
    metric: 'faultsPerSecond',
    against: 'baseline',
    base: 13_103_412.25,
    value: 13_050_998.5,
    change: -0.004,
    ciLow: -0.011,
    ciHigh: 0.003,
    allowed: -0.05,
    pBroken: 1,
    pKept: 0.000_977,
    detectable: 0.013,
    verdict: 'pass',
    message: '-0.4 %, 95 % interval -1.1 .. +0.3 %, 10 rounds',
    ...more,
  };
}

const REGRESSION = syntheticCheck({
  rule: 'patched.munmapBytesPerSecond >= baseline - 5%',
  metric: 'munmapBytesPerSecond',
  base: 5_318_008_012,
  value: 4_988_291_515,
  change: -0.062,
  ciLow: -0.079,
  ciHigh: -0.044,
  pBroken: 0.003_9,
  pKept: 0.998,
  verdict: 'regression',
  message:
    '-6.2 %, 95 % interval -7.9 .. -4.4 %, 10 rounds: not patched.munmapBytesPerSecond >= baseline - 5%',
});

const INCONCLUSIVE = syntheticCheck({
  rule: 'patched.writeHoldNs.p99 <= 2x baseline',
  metric: 'writeHoldNs.p99',
  base: 1_188_863,
  value: 2_204_671,
  change: 0.854,
  ciLow: 0.31,
  ciHigh: null,
  allowed: 1,
  pBroken: 0.42,
  pKept: 0.081,
  detectable: null,
  verdict: 'inconclusive',
  message:
    '+85.4 %, 95 % interval +31.0 % .. n/a, 10 rounds: neither patched.writeHoldNs.p99 <= 2x baseline ' +
    'nor the contrary is shown; about 14 more --rounds would tell',
});

const IMPROVEMENT = syntheticCheck({
  rule: 'pristine.faultWaitNsP999 <= baseline + 5%',
  kernel: 'pristine',
  metric: 'faultWaitNsP999',
  base: 850,
  value: 423,
  change: -0.502,
  ciLow: -0.55,
  ciHigh: -0.44,
  allowed: 0.05,
  verdict: 'improvement',
  message: '-50.2 %, 95 % interval -55.0 .. -44.0 %, 10 rounds',
});

const UNMEASURED: Partial<RuleCheck> = {
  ...{ base: null, value: null, change: null, ciLow: null, ciHigh: null },
  ...{ pBroken: null, pKept: null, detectable: null },
};

/** Of simulations, where nothing is left to chance. */
const EXACT = syntheticCheck({
  ...UNMEASURED,
  rule: 'patched.faultsPerSecond = baseline',
  base: 89_410.2,
  value: 89_410.2,
  change: 0,
  allowed: 0,
  message: 'equal in all 20 seeds',
});

/** With the verdict's usual action, unless there is `more`. */
export function syntheticGate(
  verdict: GateVerdict,
  checks: readonly RuleCheck[],
  more: Partial<Omit<GateReport, 'checks'>> = {},
): GateReport {
  const { action = DEFAULT_ACTIONS[verdict] } = more;
  return {
    verdict,
    action,
    reasons: [],
    warnings: [],
    checks: checks.map((check) => ({ ...check, action: actionIn(verdict, action, check) })),
    baseline: BASELINE,
    run: RUN,
    startedAt: '2026-11-22T10:00:00.000Z',
    elapsedSeconds: 412.5,
    ...more,
  };
}

/** The same report if its verdict did something else. */
export function withAction(report: GateReport, action: GateAction): GateReport {
  const checks = report.checks.map((check) => {
    return { ...check, action: actionIn(report.verdict, action, check) };
  });
  return { ...report, action, checks };
}

/** Nothing has a stricter one than the gate. */
function actionIn(verdict: GateVerdict, action: GateAction, check: RuleCheck): GateAction {
  if (check.verdict === verdict) return action;
  const [usual, most] = [DEFAULT_ACTIONS[check.verdict], action].map((one) => ACTIONS.indexOf(one));
  return ACTIONS[Math.max(usual!, most!)]!;
}

function withoutRun(verdict: GateVerdict, reason: string): GateReport {
  const { action, warnings, checks, startedAt, elapsedSeconds } = syntheticGate(verdict, []);
  return { verdict, action, reasons: [reason], warnings, checks, startedAt, elapsedSeconds };
}

const ALL = [syntheticCheck(), REGRESSION, INCONCLUSIVE, IMPROVEMENT];

/** Reports by what is special about them. */
export const GATES: Readonly<Record<string, GateReport>> = {
  pass: syntheticGate('pass', [syntheticCheck(), EXACT]),
  improvement: syntheticGate('improvement', [syntheticCheck(), IMPROVEMENT]),
  inconclusive: syntheticGate('inconclusive', [syntheticCheck(), INCONCLUSIVE], {
    warnings: ['2 tasks on 1 CPU: they take turns, and waits are those of the scheduler'],
  }),
  'inconclusive, let pass': syntheticGate('inconclusive', [INCONCLUSIVE], { action: 'pass' }),
  regression: syntheticGate('regression', ALL, {
    warnings: ['drift over rounds: pristine got 3.1 % slower from the first to the last'],
  }),
  'advisory regression': syntheticGate('regression', ALL, {
    action: 'warn',
    reasons: [
      'advisory only, the baseline is of another machine (cpus 2 instead of 4); --trust-host to judge',
    ],
    baseline: { ...BASELINE, sameHost: false, hostFingerprint: '0123456789abcdef' },
  }),
  'not comparable': withoutRun(
    'not-comparable',
    "another configuration than the baseline's: tasks 4 instead of 2",
  ),
  'not the same simulation': syntheticGate('not-comparable', [
    EXACT,
    syntheticCheck({
      ...UNMEASURED,
      rule: 'patched.trace = baseline',
      metric: 'trace',
      allowed: 0,
      verdict: 'not-comparable',
      message: "not the baseline's simulation, from seed number 1 on; save a new baseline",
    }),
  ]),
  'no baseline': withoutRun('no-baseline', 'there is no file results/baseline/ci.json'),
  'no baseline, warned of': {
    ...withoutRun('no-baseline', 'there is no file results/baseline/ci.json'),
    action: 'warn',
  },
  untrustworthy: syntheticGate('untrustworthy', [syntheticCheck(), REGRESSION], {
    reasons: ['the hypervisor took 23 % of the CPU time: run it again'],
  }),
  'interrupted before the first round': syntheticGate(
    'untrustworthy',
    [
      syntheticCheck({
        ...UNMEASURED,
        verdict: 'untrustworthy',
        message: 'no round of this run has a faultsPerSecond of patched',
      }),
    ],
    {
      reasons: ['the run was interrupted: let it run to its end'],
      run: resultOf([], {}, { partial: true }),
    },
  ),
  'run failed': withoutRun('untrustworthy', 'the run failed: worker 1 ran out of memory'),
  'kernels of one run, and a limit': syntheticGate('regression', [
    syntheticCheck({ rule: 'patched.faultsPerSecond >= pristine + 3%', against: 'pristine' }),
    syntheticCheck({
      rule: 'patched.writeHoldNsMax <= 2000000ns',
      metric: 'writeHoldNsMax',
      against: 'limit',
      base: 2_000_000,
      value: 78_120_000,
      change: null,
      ciLow: null,
      ciHigh: null,
      allowed: null,
      verdict: 'regression',
      message: 'writeHoldNsMax 78120000 over 10 rounds: not patched.writeHoldNsMax <= 2000000ns',
    }),
  ]),
  'awkward names': syntheticGate(
    'regression',
    [
      syntheticCheck({
        ...REGRESSION,
        rule: AWKWARD,
        kernel: AWKWARD,
        metric: AWKWARD,
        message: AWKWARD,
      }),
      syntheticCheck({ rule: `${AWKWARD} 2`, against: AWKWARD }),
    ],
    {
      reasons: [AWKWARD, '# z'],
      warnings: [AWKWARD, '- x\n# y'],
      baseline: { ...BASELINE, file: AWKWARD },
    },
  ),
  'many checks': syntheticGate(
    'regression',
    Array.from({ length: 25 }, (_, index) =>
      syntheticCheck({
        ...REGRESSION,
        rule: `patched.faultsPerSecond >= baseline - ${index}%`,
        change: -0.3,
        allowed: -index / 100,
        message: `check ${index}`,
      }),
    ),
  ),
  'numbers that are none': syntheticGate('regression', [
    syntheticCheck({
      ...REGRESSION,
      base: 0,
      value: Number.NaN,
      change: Infinity,
      ciLow: -Infinity,
      ciHigh: Number.NaN,
    }),
  ]),
};

/** The words of `mmsem-bench gate`, and what they come to once the plan is known. */
import { BadRule, parseRules } from '../gate/parse-rule.js';
import { DEFAULT_ACTIONS, type GateTerms } from '../gate/gate.js';
import { quantityNamed, quantityNames, type Quantity } from '../gate/quantity.js';
import { regressionRule, type Rule } from '../gate/rule.js';
import { ACTIONS, VERDICTS, type GateAction, type GateVerdict } from '../gate/verdict.js';
import { kernelLabels, type Plan } from '../plan/plan.js';
import { METRICS, metricsOf, PRIMARY_METRIC } from '../stats/metrics.js';
import type { CommandLine } from './command-line.js';
import { MORE_ROUNDS } from './gate-looks.js';
import { between, InvalidValue, nameOf, namesOf, type ValueOption } from './option-value.js';
import { fileName } from './output-options.js';
import { readSetting, readValues, type Setting } from './setting.js';
import { parsePercent } from './units.js';
import { UsageError } from './usage-error.js';

/** What a change for the worse may be where measurements are judged and nobody says. */
const MAX_REGRESSION = '5%';

export const GATE_OPTIONS = {
  baseline: {
    flags: '--baseline <FILE>',
    help: 'judge against this saved result, with its options where none are given',
    expects: 'the file of a saved result',
    parse: fileName,
  },
  'save-baseline': {
    flags: '--save-baseline <FILE>',
    help: 'run twice, and write FILE if both runs agree',
    expects: 'a file name',
    parse: fileName,
  },
  'max-regression': {
    flags: '--max-regression <P>',
    help:
      `change for the worse that is allowed [${MAX_REGRESSION}; none of a simulation\n` +
      'against its baseline, where nothing may differ]',
    expects: 'a percentage from 0% to 99% such as 5%',
    parse: between(0, 0.99, parsePercent),
  },
  metric: {
    flags: '--metric <LIST>',
    help: `judged by it, from ${METRICS.map(({ name }) => name).join(', ')}\nor such as writeHoldNs.p999 [${PRIMARY_METRIC}; all where nothing may differ]`,
    expects: `a comma-separated list of metrics (${quantityNames().join(', ')})`,
    parse: namesOf('metric', quantityNames()),
  },
  require: {
    flags: '--require <RULE>',
    help: "what must be so, such as 'patched >= pristine + 3%'; may be repeated",
    expects: "a rule such as 'patched >= pristine + 3%'",
    parse: (text: string) => text,
  },
  'fail-if': {
    flags: '--fail-if <RULE>',
    help: "what must not be so, such as 'writeHoldNs.p99 > 2x'; may be repeated",
    expects: "a rule such as 'writeHoldNs.p99 > 2x'",
    parse: (text: string) => text,
  },
  on: {
    flags: '--on <VERDICT=ACTION>',
    help: `what a verdict does: fail, warn or pass; may be repeated, verdicts are\n${VERDICTS.join(', ')}`,
    expects: 'a verdict and what it does, such as inconclusive=warn',
    parse: parseOn,
  },
} satisfies Record<string, ValueOption<unknown>>;

const SELF_TEST = {
  'self-test': {
    flags: '--self-test',
    help: 'whether --max-regression can be told: plants 1.5 times as much, beside a twin',
  },
} as const;

export const CHECKS = {
  ...GATE_OPTIONS,
  ...MORE_ROUNDS,
  ...SELF_TEST,
  'trust-host': {
    flags: '--trust-host',
    help: "judge threads by another machine's baseline, too",
  },
} as const;

/** What the words say that needs no plan. */
export interface GateChoice {
  readonly baseline: string | undefined;
  readonly saveBaseline: string | undefined;
  readonly selfTest: boolean;
}

/** Throws UsageError. */
export function chooseGate({ settings, switches }: CommandLine): GateChoice {
  const { baseline, 'save-baseline': saveBaseline } = readValues(GATE_OPTIONS, settings);
  const selfTest = switches.has('self-test');
  const strangers = ['save-baseline', 'require', 'fail-if', 'metric'] as const;
  const stranger = selfTest ? strangers.find((name) => settings.has(name)) : undefined;
  if (stranger === undefined) return { baseline, saveBaseline, selfTest };
  throw new UsageError(
    `--self-test is about page faults of planted kernels: leave out --${stranger}`,
  );
}

/** What is allowed, as a fraction. Throws UsageError. */
export function allowedRegression({ settings }: CommandLine): number {
  const { 'max-regression': given } = readValues(GATE_OPTIONS, settings);
  return given ?? parsePercent(MAX_REGRESSION)!;
}

/** The quantities that were asked for; `preset` if none was. Throws UsageError. */
export function gatedQuantities(
  commandLine: CommandLine,
  preset: readonly string[],
): readonly Quantity[] {
  const given = settingsOf(commandLine, 'metric').flatMap((setting) => {
    return readSetting(GATE_OPTIONS.metric, setting);
  });
  return [...new Set(given.length > 0 ? given : preset)].map((name) => quantityNamed(name)!);
}

/**
 * What is asked of a run of `plan`. Without --max-regression a simulation equals its baseline. Against
 * no baseline the kernels are judged by the first one, unless --require or --fail-if say by what, or a
 * baseline is to be made.
 *
 * Throws UsageError, also if there is nothing to judge.
 */
export function gateTerms(
  commandLine: CommandLine,
  plan: Plan,
  { baseline, saveBaseline }: GateChoice,
): GateTerms {
  const { settings, switches } = commandLine;
  const hasBaseline = baseline !== undefined;
  const isSaved = saveBaseline !== undefined;
  const common = { actions: actionsOf(commandLine), trustHost: switches.has('trust-host') };
  const asked = askedRules(commandLine, plan, hasBaseline);
  if (hasBaseline && plan.machine !== undefined && !settings.has('max-regression')) {
    const all = metricsOf(plan).map(({ name }) => name);
    return { ...common, rules: asked, exactly: gatedQuantities(commandLine, all) };
  }
  const isPlain = !isSaved && (asked.length === 0 || settings.has('max-regression'));
  const implied = hasBaseline || isPlain ? regressionRules(commandLine, plan, hasBaseline) : [];
  const rules = distinct([...implied, ...asked]);
  if (rules.length > 0 || isSaved) return { ...common, rules, exactly: undefined };
  // A gate without a question would be a gate that always passes.
  throw new UsageError(
    'there is nothing to judge: give --baseline FILE, --require RULE, or two --kernels',
  );
}

function regressionRules(commandLine: CommandLine, plan: Plan, hasBaseline: boolean): Rule[] {
  const [base, ...candidates] = kernelLabels(plan.kernels);
  const allowed = allowedRegression(commandLine);
  const judged = hasBaseline ? [base!, ...candidates] : candidates;
  return judged.flatMap((kernel) =>
    gatedQuantities(commandLine, [PRIMARY_METRIC]).map((quantity) =>
      regressionRule(
        kernel,
        quantity,
        hasBaseline ? { of: 'baseline', kernel } : { of: 'kernel', kernel: base! },
        allowed,
      ),
    ),
  );
}

function askedRules(commandLine: CommandLine, plan: Plan, hasBaseline: boolean): Rule[] {
  const context = { kernels: kernelLabels(plan.kernels), hasBaseline };
  return (['require', 'fail-if'] as const).flatMap((name) =>
    settingsOf(commandLine, name).flatMap((setting) => {
      try {
        return parseRules(setting.text, context, name === 'fail-if');
      } catch (error) {
        if (!(error instanceof BadRule)) throw error;
        const { expects } = GATE_OPTIONS[name];
        throw setting.blame(`takes ${expects}, not '${setting.text}': ${error.message}`);
      }
    }),
  );
}

/** Two ways to ask for the same are one question. */
function distinct(rules: readonly Rule[]): Rule[] {
  return [...new Map(rules.map((rule) => [rule.text, rule])).values()];
}

function actionsOf(commandLine: CommandLine): GateTerms['actions'] {
  const given = settingsOf(commandLine, 'on').flatMap((setting) => {
    return readSetting(GATE_OPTIONS.on, setting);
  });
  return { ...DEFAULT_ACTIONS, ...Object.fromEntries(given) };
}

function settingsOf({ given }: CommandLine, name: keyof typeof GATE_OPTIONS): readonly Setting[] {
  return given.get(name) ?? [];
}

function parseOn(text: string): (readonly [GateVerdict, GateAction])[] {
  return text.split(',').map((pair) => {
    const [verdict, action, ...rest] = pair.split('=');
    if (verdict === undefined || action === undefined || rest.length > 0) {
      throw new InvalidValue(`, not '${text}'`);
    }
    return [nameOf('verdict', VERDICTS)(verdict), nameOf('action', ACTIONS)(action)] as const;
  });
}

import { hostFingerprint } from '../report/configuration.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import type { ComparedHost, HostFacts, ResultDocument, ToolFacts } from '../report/result.js';
import type { BaselineFacts, GateCheck, GateReport } from './verdict.js';

export const GATE_SCHEMA = 'mmsem-bench/gate';
export const GATE_VERSION = 1;

/** Without whether it is of the same machine: that is for the two fingerprints to tell. */
type GateBaseline = Omit<BaselineFacts, 'sameHost'>;

/**
 * What `gate --json` prints. Without `host` and the run's own `host`, two gates of the same code on the
 * same baseline with simulations are equal. Described by `results/gate.schema.json`.
 */
export interface GateDocument extends Pick<
  GateReport,
  'verdict' | 'action' | 'reasons' | 'warnings' | 'checks'
> {
  readonly schema: typeof GATE_SCHEMA;
  readonly version: typeof GATE_VERSION;
  readonly tool: ToolFacts;
  /** The machine, and the time of the whole gate. */
  readonly host: ComparedHost;
  readonly baseline: GateBaseline | null;
  readonly run: ResultDocument | null;
}

/** The machine and the program, which say so themselves where a run does not. */
export interface GateFacts {
  readonly tool: ToolFacts;
  readonly host: HostFacts;
}

/** Built key by key: the order of keys in the file is the order here, and in `facts.ts`. */
export function buildGate(report: GateReport, facts: GateFacts): GateDocument {
  const { verdict, action, reasons, warnings, checks, baseline, run } = report;
  return {
    schema: GATE_SCHEMA,
    version: GATE_VERSION,
    tool: run?.tool ?? facts.tool,
    host: gateHost(report, run?.host ?? facts.host),
    verdict,
    action,
    reasons: [...reasons],
    warnings: [...warnings],
    checks: checks.map(gateCheck),
    baseline: baseline === undefined ? null : gateBaseline(baseline),
    run: run ?? null,
  };
}

/** JSON with full precision and a final newline; numbers that are none become null. */
export function formatGate(
  report: GateReport,
  facts: GateFacts = { tool: toolFacts(), host: hostFacts() },
): string {
  return `${JSON.stringify(buildGate(report, facts), null, 2)}\n`;
}

function gateHost({ startedAt, elapsedSeconds }: GateReport, host: HostFacts): ComparedHost {
  const { cpuModel, cpus, memoryBytes, platform, arch, node } = host;
  const machine = { cpuModel, cpus, memoryBytes, platform, arch, node };
  return { ...machine, fingerprint: hostFingerprint(machine), startedAt, elapsedSeconds };
}

function gateCheck(check: GateCheck): GateCheck {
  return {
    rule: check.rule,
    kernel: check.kernel,
    metric: check.metric,
    against: check.against,
    base: check.base,
    value: check.value,
    change: check.change,
    ciLow: check.ciLow,
    ciHigh: check.ciHigh,
    allowed: check.allowed,
    pBroken: check.pBroken,
    pKept: check.pKept,
    detectable: check.detectable,
    verdict: check.verdict,
    action: check.action,
    message: check.message,
  };
}

function gateBaseline(baseline: BaselineFacts): GateBaseline {
  return {
    file: baseline.file,
    startedAt: baseline.startedAt,
    configurationHash: baseline.configurationHash,
    modelVersion: baseline.modelVersion,
    hostFingerprint: baseline.hostFingerprint,
  };
}

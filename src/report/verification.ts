import type { CaseResult } from '../samples/verification.js';
import type { ResultHost, ToolFacts } from './result.js';

export const VERIFICATION_SCHEMA = 'mmsem-bench/verify';
export const VERIFICATION_VERSION = 1;

/** What `mmsem-bench verify --json` prints; described by `results/verify.schema.json`. */
export interface VerificationDocument {
  readonly schema: typeof VERIFICATION_SCHEMA;
  readonly version: typeof VERIFICATION_VERSION;
  readonly tool: ToolFacts;
  readonly host: ResultHost;
  readonly kernels: readonly string[];
  /** Munmaps of at least this size take the large path. */
  readonly thresholdBytes: number;
  /** Version of Linux whose rules hold. */
  readonly linux: string;
  /** True when a signal ended the run early: cases are missing. */
  readonly partial: boolean;
  /** Pairs of case and kernel. */
  readonly passed: number;
  readonly failed: number;
  readonly cases: readonly CaseResult[];
}

export type VerificationParts = Omit<
  VerificationDocument,
  'schema' | 'version' | 'passed' | 'failed'
>;

export function buildVerification(parts: VerificationParts): VerificationDocument {
  const verdicts = parts.cases.flatMap((result) => result.verdicts);
  const passed = verdicts.filter((verdict) => verdict.passed).length;
  const { cases, ...facts } = parts;
  return {
    schema: VERIFICATION_SCHEMA,
    version: VERIFICATION_VERSION,
    ...facts,
    passed,
    failed: verdicts.length - passed,
    cases,
  };
}

/** JSON with a final newline. */
export function formatVerification(document: VerificationDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What conformance cases said of kernels. */
export interface Verdict {
  readonly kernel: string;
  readonly passed: boolean;
  /** Why not; empty when it passed. */
  readonly reason: string;
}

export interface CaseResult {
  readonly name: string;
  readonly asserts: string;
  /** The test of the Linux Test Project that it follows. */
  readonly ltp: string | null;
  /** In the order of the kernels. */
  readonly verdicts: readonly Verdict[];
}

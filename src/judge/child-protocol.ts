/** What parent and child say to each other. */
import type { Difference } from './differential.js';
import type { Call, Program } from './program.js';

export interface RunRequest {
  readonly kind: 'run';
  /** Programs come from this seed, one after the other. */
  readonly seed: number;
  /** How many of them to leave out, and how many calls to make at least. */
  readonly skip: number;
  readonly calls: number;
}

export interface JudgeRequest {
  readonly kind: 'judge';
  readonly program: Program;
}

/** The program of a seed. */
export interface GenerateRequest {
  readonly kind: 'generate';
  readonly seed: number;
}

export type Request = RunRequest | JudgeRequest | GenerateRequest;

export interface Finding {
  readonly program: Program;
  readonly difference: Difference;
}

/** What of a request is done. */
export interface Done {
  readonly programs: number;
  readonly calls: number;
  readonly byCall: Readonly<Partial<Record<Call, number>>>;
}

/** What a child leaves behind should it crash: the seed of the program in flight, and what was done before. */
export interface Progress extends Done {
  readonly seed: number;
}

export interface RunReply extends Done {
  readonly kind: 'run';
  /** Differences that did not come again when the program was repeated. */
  readonly strays: number;
  /** The last program's, if it has one; the run ends with it. */
  readonly finding: Finding | undefined;
}

export interface JudgeReply {
  readonly kind: 'judge';
  readonly difference: Difference | undefined;
}

export interface GenerateReply {
  readonly kind: 'generate';
  readonly program: Program;
}

export type Reply = RunReply | JudgeReply | GenerateReply;

export interface ChildSettings {
  readonly folders: Readonly<Record<'disk' | 'tmpfs', string>>;
  readonly without: readonly Call[];
  readonly kernels: readonly string[];
}

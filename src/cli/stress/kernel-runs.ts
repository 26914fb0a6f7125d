/** From the documents of a line's plans to what stress-ng would tell: a run per kernel and round. */
import { hostname, userInfo } from 'node:os';
import type { Plan } from '../../plan/plan.js';
import type { ResultDocument } from '../../report/result.js';
import type {
  EntryRun,
  StressMachine,
  StressRun,
  Teller,
} from '../../report/stress-ng/stress-run.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';
import { assert } from '../../util/assert.js';

/**
 * `documents`: one per plan of a line, which ran one after the other on the same kernels, up to where a
 * signal or a failure has ended that. Every round that any of them has begun is a run.
 */
export function kernelRuns(documents: readonly ResultDocument[]): StressRun[] {
  const [first] = documents;
  assert(first?.plan.stress !== undefined, 'a line with a stressor has a document');
  const { compat, sharedMm } = first.plan.stress;
  const common = { compat, sharedMm, machine: machineOf(first), teller: tellerOf(first) };
  return first.kernels.flatMap(({ name }, kernel) => {
    const rounds = Math.max(...documents.map(({ kernels }) => kernels[kernel]!.rounds.length));
    return Array.from({ length: rounds }, (_, round): StressRun => {
      const parts = documents.flatMap((document) => entriesOf(document, kernel, round) ?? []);
      const durationSeconds = parts.reduce((sum, part) => sum + part.seconds, 0);
      return {
        ...common,
        kernel: name,
        entries: parts.flatMap((part) => part.entries),
        durationSeconds,
        isComplete: parts.length === documents.length && parts.every((part) => part.isComplete),
      };
    });
  });
}

/** All that instances have to complain of, of all kernels and rounds. */
export function allInstances(documents: readonly ResultDocument[]): InstanceSamples[] {
  return documents.flatMap(({ kernels }) =>
    kernels.flatMap(({ rounds }) => rounds.flatMap(({ instances = [] }) => instances)),
  );
}

/** What one plan adds to a run. */
interface Part {
  readonly entries: readonly EntryRun[];
  readonly seconds: number;
  readonly isComplete: boolean;
}

function entriesOf(
  { plan, kernels }: ResultDocument,
  kernel: number,
  round: number,
): Part | undefined {
  const found = kernels[kernel]!.rounds[round];
  if (found === undefined) return undefined;
  const { instances = [], seconds, complete: isComplete } = found;
  const entries = plan.stress!.entries.map(({ stressor, opsPerInstance }, entry) => ({
    stressor,
    instances: instances.filter((instance) => instance.entry === entry),
    durationSeconds: seconds,
    goal: { seconds: plan.timeoutSeconds / plan.rounds, opsPerInstance },
  }));
  return { entries, seconds, isComplete };
}

function machineOf({ plan, host }: ResultDocument): StressMachine {
  const { machine }: Plan = plan;
  const cpus = machine?.cpus ?? host.cpus;
  return {
    name: machine?.name ?? hostname(),
    cpusConfigured: cpus,
    cpusOnline: cpus,
    memoryBytes: plan.stress!.memoryBytes,
  };
}

function tellerOf({ host, tool }: ResultDocument): Teller {
  return {
    program: tool.name,
    version: tool.version,
    pid: process.pid,
    user: userInfo().username,
    hostname: hostname(),
    startedAt: host.startedAt,
  };
}

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
 * `documents`: one per plan of a line, which ran one after the other on the same kernels. Rounds that a
 * signal has kept any of them from are left out.
 */
export function kernelRuns(documents: readonly ResultDocument[]): StressRun[] {
  const [first] = documents;
  assert(first?.plan.stress !== undefined, 'a line with a stressor has a document');
  const { compat, sharedMm } = first.plan.stress;
  const common = { compat, sharedMm, machine: machineOf(first), teller: tellerOf(first) };
  return first.kernels.flatMap(({ name }, kernel) => {
    const rounds = Math.min(...documents.map(({ kernels }) => kernels[kernel]!.rounds.length));
    return Array.from({ length: rounds }, (_, round): StressRun => {
      const parts = documents.map((document) => entriesOf(document, kernel, round));
      const durationSeconds = parts.reduce((sum, part) => sum + part.seconds, 0);
      return {
        ...common,
        kernel: name,
        entries: parts.flatMap((part) => part.entries),
        durationSeconds,
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

function entriesOf(
  { plan, kernels }: ResultDocument,
  kernel: number,
  round: number,
): { readonly entries: EntryRun[]; readonly seconds: number } {
  const { instances = [], seconds } = kernels[kernel]!.rounds[round]!;
  const entries = plan.stress!.entries.map(({ stressor }, entry) => ({
    stressor,
    instances: instances.filter((instance) => instance.entry === entry),
    durationSeconds: seconds,
  }));
  return { entries, seconds };
}

function machineOf({ plan, host }: ResultDocument): StressMachine {
  const { machine }: Plan = plan;
  const cpus = machine?.cpus ?? host.cpus;
  return {
    name: machine?.name ?? host.cpuModel,
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

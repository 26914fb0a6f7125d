/** What two runs must have in common for their numbers to be compared. */
import { createHash } from 'node:crypto';
import { differences, type Difference, type Json } from '../util/json-difference.js';
import type { MachineModel } from '../plan/machine-model.js';
import { memoryOf } from '../plan/memory.js';
import type { Plan } from '../plan/plan.js';
import type { HostFacts, ResultDocument } from './result.js';

/**
 * All of a plan that a number depends on, key by key. How many rounds were measured is not in it where
 * rounds only make a number surer, and the seed only where it decides the number.
 */
export function configurationOf({
  rounds,
  until: _,
  timeoutSeconds,
  seed,
  machine,
  kernels,
  ...rest
}: Plan): Readonly<Record<string, Json>> {
  const windowSeconds = timeoutSeconds / rounds;
  return {
    ...(rest as unknown as Readonly<Record<string, Json>>),
    kernels: [...kernels],
    windowSeconds,
    ...(machine === undefined ? {} : { machine: machineOf(machine), rounds, seed }),
  };
}

/** The same with the settings that plans leave out at their defaults: for differences, not for hashes. */
function configurationSpeltOut(plan: Plan): Readonly<Record<string, Json>> {
  return { ...configurationOf(plan), ...memoryOf(plan) };
}

/** That of what was run: it may have gone on until something was known. */
export function configurationDone({
  plan,
  kernels,
}: Pick<ResultDocument, 'plan' | 'kernels'>): Readonly<Record<string, Json>> {
  const planned = configurationSpeltOut(plan);
  return plan.machine === undefined ? planned : { ...planned, rounds: roundsDone(kernels) };
}

/** All kernels have as many in a run that came to its end. */
function roundsDone(kernels: ResultDocument['kernels']): number {
  return Math.max(0, ...kernels.map(({ rounds }) => rounds.length));
}

/** Which of its costs are not the profile's follows from the costs. */
function machineOf({ changed: _, ...machine }: MachineModel): Json {
  return machine as unknown as Json;
}

/** 16 hexadecimal digits; of what JSON keeps, so that a plan has the same one when it is read back. */
export function configurationHash(plan: Plan): string {
  return hash(configurationOf(plan));
}

/** What differs between the configurations of two plans, by path: `machine.costs.zapPageNs`. */
export function configurationDifferences(before: Plan, after: Plan): Difference[] {
  return differences(configurationSpeltOut(before), configurationSpeltOut(after));
}

/** All of a machine that a measured number depends on, as far as it can be told from inside. */
export function hostIdentity(host: HostFacts): Readonly<Record<string, Json>> {
  return {
    cpuModel: host.cpuModel,
    cpus: host.cpus,
    // Firmware and kernels keep a little of it, not always the same.
    memoryGiB: Math.round(host.memoryBytes / 2 ** 30),
    platform: host.platform,
    arch: host.arch,
    // V8 changes with these two; patch releases leave the compiler alone.
    node: host.node.split('.').slice(0, 2).join('.'),
  };
}

/** 16 hexadecimal digits, equal for machines that cannot be told apart. */
export function hostFingerprint(host: HostFacts): string {
  return hash(hostIdentity(host));
}

/** What differs between two machines. */
export function hostDifferences(before: HostFacts, after: HostFacts): Difference[] {
  return differences(hostIdentity(before), hostIdentity(after));
}

function hash(value: Json): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')
    .slice(0, 16);
}

/** With the keys of every object in order: who wrote the object, and when, must not matter. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

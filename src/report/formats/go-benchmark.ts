import { createHash } from 'node:crypto';
import type { Plan } from '../../plan/plan.js';
import { usable } from '../../stats/kernel-summary.js';
import type { ResultDocument, ResultKernel } from '../result.js';
import { workloadPath } from './benchmark-name.js';
import { measuresOf, roundSummary, type Measure } from './measures.js';

/** Go's names for what Node calls otherwise. */
const GO_OS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
const GO_ARCH: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/**
 * Go benchmark text, as benchstat reads it: configuration, units, then a result line for every
 * kernel and round that the document's own numbers are made of. `benchstat -col /kernel FILE`
 * compares the kernels, `benchstat OLD NEW` two runs; runs of other configurations end up in other
 * tables there.
 */
export function renderGoBenchmark(document: ResultDocument): string {
  const measures = measuresOf(document);
  const cpus = document.plan.machine?.cpus ?? document.host.cpus;
  const lines = [
    ...configuration(document).map(([key, value]) => `${key}: ${value}`),
    ...measures.map((measure) => unitLine(document.plan, measure)),
    ...document.kernels.flatMap((kernel) => resultLines(document.plan, kernel, measures, cpus)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Everything that makes results incomparable and is not in their names. */
function configuration({ tool, host, plan, partial }: ResultDocument): [string, string | number][] {
  const rows: [string, string | number | undefined][] = [
    ...(plan.machine === undefined ? hostRows(host) : machineRows(plan.machine)),
    ['engine', plan.engine],
    ['model-version', tool.modelVersion],
    ['threshold-bytes', plan.thresholdBytes],
    ['max-map-count', plan.maxMapCount],
    ['rwsem', plan.rwsem],
    ['rwsem-spin', plan.rwsemSpin ? 'on' : 'off'],
    ['writer-gap-ns', plan.writers === 0 ? undefined : plan.writerGapNs],
    ['round-seconds', plan.timeoutSeconds / plan.rounds],
    ['seed', plan.seed],
    ['partial', partial ? 'true' : undefined],
  ];
  return rows.filter((row): row is [string, string | number] => row[1] !== undefined);
}

function hostRows({ platform, arch, cpuModel }: ResultDocument['host']): [string, string][] {
  return [
    ['goos', GO_OS[platform] ?? platform],
    ['goarch', GO_ARCH[arch] ?? arch],
    ['cpu', oneLine(cpuModel)],
  ];
}

/** The machine that ran a simulation is no part of its result. */
function machineRows({ name, costs }: NonNullable<Plan['machine']>): [string, string][] {
  const hash = createHash('sha256').update(JSON.stringify(costs)).digest('hex');
  return [
    ['machine', oneLine(name)],
    ['machine-costs', hash.slice(0, 12)],
  ];
}

/** One simulation of one seed has no noise: benchstat may compare two of them as they are. */
function unitLine({ machine, rounds }: Plan, { goUnit, better }: Measure): string {
  const isExact = machine !== undefined && rounds === 1;
  return `Unit ${goUnit} better=${better} assume=${isExact ? 'exact' : 'nothing'}`;
}

function resultLines(
  plan: Plan,
  kernel: ResultKernel,
  measures: readonly Measure[],
  cpus: number,
): string[] {
  const stressor = camelCase(plan.stressor);
  const name = `Benchmark${stressor}/kernel=${kernel.name}/${workloadPath(plan)}-${cpus}`;
  return usable(kernel.rounds).flatMap((round) => {
    const summary = roundSummary(round);
    const values = measures.flatMap((measure) => {
      const value = measure.valueOf(summary);
      return value === null ? [] : [`${value} ${measure.goUnit}`];
    });
    // A result line without a result is a syntax error.
    return values.length === 0 ? [] : [[name, '1', ...values].join(' ')];
  });
}

function camelCase(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

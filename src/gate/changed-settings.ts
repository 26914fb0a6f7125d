/** In what documents of ours differ besides their kernels. */
import type { ResultDocument } from '../report/result.js';
import { differences, type Json } from '../util/json-difference.js';
import type { ChangedSetting } from './compare-document.js';
import type { SavedFile } from './saved-sides.js';

/** Settings of which another one says the same. */
const DERIVED = ['plan.bytesPerTask'];

/** A machine by another name has other costs all over. */
const MACHINE = 'plan.machine.name';

/**
 * Every setting in which a file differs from the first that is of ours, and who has which value.
 * Hosts count only where they do the work: simulations are the same everywhere.
 */
export function changedSettings(files: readonly SavedFile[]): ChangedSetting[] {
  const facts = files.flatMap(({ name, document }) =>
    document === undefined ? [] : [{ name, facts: factsOf(document) }],
  );
  const [base, ...others] = facts;
  if (base === undefined) return [];
  const paths = new Set(
    others.flatMap((other) => differences(base.facts, other.facts).map(({ path }) => path)),
  );
  return [...paths].filter((path) => isTelling(path, paths)).map((setting) => {
    const values = new Map<string, { value: Json; files: string[] }>();
    for (const { name, facts: own } of facts) {
      const value = valueAt(own, setting);
      const entry = values.get(JSON.stringify(value)) ?? { value, files: [] };
      entry.files.push(name);
      values.set(JSON.stringify(value), entry);
    }
    return { setting, values: [...values.values()] };
  });
}

/** Whether two runs are of the same simulations, so that the kernels are all that differs. */
export function isSameSimulation(one: ResultDocument, other: ResultDocument): boolean {
  const areSimulated = one.plan.machine !== undefined && other.plan.machine !== undefined;
  const isSameModel = one.tool.modelVersion === other.tool.modelVersion;
  const [plan, otherPlan] = [one, other].map(({ plan }) => json({ ...plan, kernels: null }));
  return areSimulated && isSameModel && differences(plan, otherPlan).length === 0;
}

function isTelling(path: string, all: ReadonlySet<string>): boolean {
  if (DERIVED.includes(path)) return false;
  return path === MACHINE || !all.has(MACHINE) || !path.startsWith('plan.machine.');
}

function factsOf({ tool, plan, host }: ResultDocument): Json {
  const { kernels: _, ...settings } = plan;
  const { startedAt: _at, elapsedSeconds: _long, ...machine } = host;
  return json({ tool, plan: settings, ...(plan.machine === undefined && { host: machine }) });
}

function valueAt(facts: Json, path: string): Json {
  // No key of these documents has a dot in it.
  return path.split('.').reduce<Json>((at, key) => {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return null;
    return (at as Readonly<Record<string, Json>>)[key] ?? null;
  }, facts);
}

function json(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

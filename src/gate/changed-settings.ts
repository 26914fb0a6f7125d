/** In what documents of ours differ besides their kernels. */
import { configurationDone, hostIdentity } from '../report/configuration.js';
import type { ResultDocument } from '../report/result.js';
import { noiseOf } from '../stats/noise.js';
import { differences, type Json } from '../util/json-difference.js';
import type { ChangedSetting } from './compare-document.js';
import type { SavedFile } from './saved-sides.js';

/** Changes what every number means. */
export const MODEL_VERSION = 'modelVersion';

/** Settings that say no more than another one where that one differs: another machine has other costs. */
const IMPLIED: readonly { readonly by: string; readonly settings: RegExp }[] = [
  { by: 'engine', settings: /^(machine|host|rounds|seed)\b/ },
  { by: 'machine.name', settings: /^machine\.(?!name$)/ },
];

/**
 * Every setting in which a file differs from the first that is of ours, and who has which value.
 * Hosts count only where they do the work: simulations are the same everywhere.
 */
export function changedSettings(files: readonly SavedFile[]): ChangedSetting[] {
  const known = files.flatMap(({ name, document }) =>
    document === undefined ? [] : [{ name, facts: factsOf(document) }],
  );
  const [base, ...others] = known;
  if (base === undefined) return [];
  const paths = new Set(
    others.flatMap((other) => differences(base.facts, other.facts).map(({ path }) => path)),
  );
  const telling = [...paths].filter(
    (path) => !IMPLIED.some(({ by, settings }) => paths.has(by) && settings.test(path)),
  );
  return telling.map((setting) => {
    const values = new Map<string, { value: Json; files: string[] }>();
    for (const { name, facts } of known) {
      const value = valueAt(facts, setting);
      const entry = values.get(JSON.stringify(value)) ?? { value, files: [] };
      entry.files.push(name);
      values.set(JSON.stringify(value), entry);
    }
    return { setting, values: [...values.values()] };
  });
}

/** Whether two runs are of the same simulations, so that the kernels are all that differs. */
export function isSameSimulation(one: ResultDocument, other: ResultDocument): boolean {
  const areSimulated = noiseOf(one.plan) === 'none' && noiseOf(other.plan) === 'none';
  const isSameModel = one.tool.modelVersion === other.tool.modelVersion;
  return (
    areSimulated && isSameModel && differences(settingsOf(one), settingsOf(other)).length === 0
  );
}

function factsOf(document: ResultDocument): Json {
  const { tool, plan, host } = document;
  return {
    [MODEL_VERSION]: tool.modelVersion,
    toolVersion: tool.version,
    ...settingsOf(document),
    ...(noiseOf(plan) === 'none' ? {} : { host: hostIdentity(host) }),
  };
}

/** What is compared by itself, or follows from others: the list of costs that are not the profile's. */
const LEFT_OUT = ['kernels', 'bytesPerTask', 'changed'];

function settingsOf(document: ResultDocument): Readonly<Record<string, Json>> {
  const text = JSON.stringify(configurationDone(document), (key, value: unknown) =>
    LEFT_OUT.includes(key) ? undefined : value,
  );
  return JSON.parse(text) as Record<string, Json>;
}

function valueAt(facts: Json, path: string): Json {
  // No key of these documents has a dot in it.
  return path.split('.').reduce<Json>((at, key) => {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return null;
    return (at as Readonly<Record<string, Json>>)[key] ?? null;
  }, facts);
}

/** Every scenario by its name. */
import type { Scenario } from '../scenario.js';
import { LOCK_SCENARIOS } from './lock.js';

const SCENARIOS: readonly Scenario[] = LOCK_SCENARIOS;

export function describeScenarios(): { name: string; title: string }[] {
  return SCENARIOS.map(({ name, title }) => ({ name, title }));
}

export function scenarioNames(): string[] {
  return SCENARIOS.map(({ name }) => name);
}

/** Throws for a name that is not in scenarioNames(). */
export function scenarioByName(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new Error(`no scenario is called '${name}'`);
  return scenario;
}

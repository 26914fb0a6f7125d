import { COST_NAMES, type Profile } from '../plan/machine-model.js';

/** A machine profile as its file has it: costs in their usual order, one line for each value. */
export function formatProfile({ costs, ...profile }: Profile): string {
  const ordered = Object.fromEntries(COST_NAMES.map((name) => [name, costs[name]]));
  return `${JSON.stringify({ ...profile, costs: ordered }, null, 2)}\n`;
}

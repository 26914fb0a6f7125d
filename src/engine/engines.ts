/** Every engine that runs plans, by its name; loaded when it is certain that there is one to run. */
import type { Plan } from '../plan/plan.js';
import type { Engine } from './engine.js';

const ENGINES: Readonly<Record<Plan['engine'], () => Promise<Engine>>> = {
  threads: async () => (await import('./threads/engine.js')).threadsEngine,
  virtual: async () => (await import('./virtual/engine.js')).virtualEngine,
};

export const ENGINE_NAMES = Object.keys(ENGINES) as Plan['engine'][];

export function loadEngine(name: Plan['engine']): Promise<Engine> {
  return ENGINES[name]();
}

/** How much of a measurement other programs had: the time in which a thread could run and did not. */
import { readFileSync, readdirSync } from 'node:fs';

const THREADS = '/proc/self/task';

/** What a thread has had of the CPUs since it began, and how long it waited for one, ns. */
interface Usage {
  readonly ranNs: number;
  readonly waitedNs: number;
}

/**
 * Runs `measure`, in which so many threads work, and says which part of their time went to others; 0
 * where the system does not tell (Linux does).
 */
export async function watchDisturbance<T>(
  working: number,
  measure: () => Promise<T>,
): Promise<{ readonly value: T; readonly disturbance: number }> {
  const started = performance.now();
  const before = usages();
  const value = await measure();
  const elapsedNs = (performance.now() - started) * 1e6;
  // Those that ran most were at work; the others belong to the runtime and wait for those.
  const waitedNs = [...usages()]
    .map(([thread, usage]) => difference(usage, before.get(thread)))
    .sort((a, b) => b.ranNs - a.ranNs)
    .slice(0, working)
    .reduce((sum, usage) => sum + usage.waitedNs, 0);
  return { value, disturbance: waitedNs / (working * elapsedNs) };
}

function difference(after: Usage, before: Usage = { ranNs: 0, waitedNs: 0 }): Usage {
  return { ranNs: after.ranNs - before.ranNs, waitedNs: after.waitedNs - before.waitedNs };
}

/** By thread of this process. */
function usages(): Map<string, Usage> {
  const found = new Map<string, Usage>();
  try {
    for (const thread of readdirSync(THREADS)) {
      const text = readFileSync(`${THREADS}/${thread}/schedstat`, 'utf8');
      const [ranNs = 0, waitedNs = 0] = text.split(' ').map(Number);
      found.set(thread, { ranNs, waitedNs });
    }
  } catch {
    // No such files here, or a thread that ended since it was listed: the rest will do.
  }
  return found;
}

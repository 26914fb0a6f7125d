import { brokenLockNames } from '../engine/explore/broken-locks.js';
import type { Replayed } from '../engine/explore/replay-text.js';
import { scenarioNames } from '../engine/explore/scenarios/index.js';
import { policyNames } from '../mm/rwsem-policy.js';
import type { Exploration } from '../samples/exploration.js';
import type { ReplayRequest } from './explore-request.js';
import { closest } from '../util/edit-distance.js';

/**
 * Does one schedule once more, as its string says. Throws UsageError for a string that cannot be
 * read, that names what is not there, or whose schedule does not fit.
 */
export async function readReplay({ text, blame }: ReplayRequest): Promise<Exploration> {
  const { BadReplay, parseReplay } = await import('../engine/explore/replay-text.js');
  const { Diverged } = await import('../engine/explore/guided.js');
  const { replay } = await import('../engine/explore/job.js');
  try {
    const replayed = parseReplay(text);
    const stranger = strangerIn(replayed);
    if (stranger !== undefined) throw blame(`'${text}' names ${stranger}`);
    return await replay(replayed);
  } catch (error) {
    if (error instanceof BadReplay) throw blame(`'${text}' cannot be read: ${error.message}`);
    if (error instanceof Diverged) throw blame(`'${text}' does not fit: ${error.message}`);
    throw error;
  }
}

/** The first name in it that nothing has, in words; undefined when all are known. */
function strangerIn({ scenario, policy, broken }: Replayed): string | undefined {
  const names = [
    { kind: 'scenario', name: scenario, known: scenarioNames() },
    { kind: 'rwsem policy', name: policy, known: policyNames() },
    ...(broken === undefined
      ? []
      : [{ kind: 'broken lock', name: broken, known: brokenLockNames() }]),
  ];
  const stranger = names.find(({ name, known }) => !known.includes(name));
  if (stranger === undefined) return undefined;
  const { kind, name, known } = stranger;
  const near = closest(name, known);
  const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean '${near}'?`;
  return `a ${kind} '${name}', which does not exist (${hint})`;
}

/** Whether a line can be one in stress-ng's manner at all, found out without loading its stressors. */
import { COMPARISON } from '../options.js';
import { EVERYWHERE } from '../output-options.js';

/** Says that a line is one in stress-ng's manner, whatever is on it. */
export const STRESS_WORD = 'stress';

/**
 * False for lines of commands, and for those with options of the comparison alone. What is true of a
 * line that may be one is for `stressCall` to say.
 */
export function mayBeStressLine(argv: readonly string[]): boolean {
  const [first] = argv;
  if (first === STRESS_WORD) return true;
  if (first?.startsWith('-') !== true) return false;
  const own = new Set([...Object.values(COMPARISON.groups), EVERYWHERE].flatMap(flagsIn));
  return argv.some((word) => word.startsWith('-') && !own.has(word.replace(/=.*$/s, '')));
}

/** `-t` and `--timeout` of `-t, --timeout <T>`. */
function flagsIn(group: typeof EVERYWHERE): string[] {
  return Object.values(group).flatMap(({ flags }) => flags.match(/-[^ ,]+/g) ?? []);
}

/** Options of lines in stress-ng's manner that stand where no such line is. */
import { HOGS } from '../../workload/stressors/hogs.js';
import { packageFile } from '../../util/package-file.js';
import type { Command } from '../command.js';
import { UsageError } from '../usage-error.js';
import { OptionTable, type StressOption } from './option-table.js';

interface Place {
  readonly command: Command;
  /** `mmsem-bench gate`; without the name of a command it is the comparison. */
  readonly invocation: string;
  readonly workloadFile: string;
}

/** The error of such an option; undefined for what stress-ng has not either. */
export function ofStressNg(flag: string, place: Place): UsageError | undefined {
  const table = new OptionTable(HOGS);
  const option = flag.startsWith('--')
    ? table.exact(flag.slice(2))
    : table.byShort(flag.slice(1)).option;
  if (option === undefined || !isTold(option, place)) return undefined;
  return new UsageError(`${flag} is of stress-ng${sentenceOf(option, place)}`);
}

/** Commands that are like a stress line know what else is on one; the others have names of their own for it. */
function isTold({ role: { kind } }: StressOption, { command, invocation }: Place): boolean {
  if (kind === 'own') return false;
  const isAlike = command.insteadOfStress !== undefined || !invocation.includes(' ');
  return isAlike || ['entry', 'ops', 'setting'].includes(kind);
}

function sentenceOf(
  { role, name }: StressOption,
  { command, invocation, workloadFile }: Place,
): string {
  if (command.insteadOfStress !== undefined) return `: ${command.insteadOfStress}`;
  const [, word] = invocation.split(' ');
  if (word !== undefined) {
    const example = role.kind === 'entry' ? `--${name} 4` : '--mmap 4';
    return `, whose stressors ${word} does not run: leave the word ${word} out, as in mmsem-bench ${example}`;
  }
  if (workloadFile !== packageFile('workloads/fault-munmap.job')) {
    return `, and ${workloadFile} has a workload of this tool's own: leave one of them out`;
  }
  return ', and the line names none of its stressors: name one, such as --mmap 4';
}

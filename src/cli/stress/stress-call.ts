/** Whether a command line is one in stress-ng's manner, before anything of it is run. */
import type { Hog } from '../../workload/hog.js';
import { stressorNames } from '../../workload/stressors/index.js';
import { UsageError } from '../usage-error.js';
import { STRESS_WORD } from './first-look.js';
import { namesIn } from './job-lines.js';
import { OptionTable } from './option-table.js';
import { isStressLine } from './stress-line.js';
import { piecesOf } from './words.js';

export type StressCall =
  | { readonly kind: 'stress'; readonly words: readonly string[] }
  /** The comparison, with another workload than usual: the job names a stressor of its own. */
  | { readonly kind: 'workload'; readonly words: readonly string[]; readonly file: string };

/** Undefined for every other line, those of commands among them. Throws UsageError for a job file that cannot be read. */
export function stressCall(
  argv: readonly string[],
  hogs: readonly Hog[],
  readJobFile: (file: string) => string,
): StressCall | undefined {
  const isNamed = argv[0] === STRESS_WORD;
  const words = isNamed ? argv.slice(1) : argv;
  const isOther = argv[0]?.startsWith('-') !== true || !isStressLine(words, hogs);
  if (!isNamed && isOther) return undefined;
  const pieces = [...piecesOf(words, new OptionTable(hogs))];
  const file = pieces.findLast(({ option }) => option?.name === 'job')?.text;
  const own = file === undefined ? undefined : ownStressorIn(readJobFile(file));
  if (file === undefined || own === undefined) return { kind: 'stress', words };
  if (pieces.some(({ option }) => option?.role.kind === 'entry')) {
    throw new UsageError(
      `${file} has ${own}, a workload of this tool's own, which is not run beside stressors of ` +
        'stress-ng: leave --job or the stressors out',
    );
  }
  const rest = pieces
    .filter(({ option }) => option?.name !== 'job')
    .flatMap((piece) => piece.words);
  return { kind: 'workload', words: rest, file };
}

function ownStressorIn(job: string): string | undefined {
  return namesIn(job).find((name) => stressorNames().includes(name));
}

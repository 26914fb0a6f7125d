/** `mmsem-bench merge`: the shards of a sweep made into the whole. */
import { resolve } from 'node:path';
import type { SweepDocument } from '../report/sweep-document.js';
import type { Command, Operand } from './command.js';
import { EXIT } from './exit-code.js';
import { OUTPUT } from './output-options.js';
import { checkSavable, orUsageError, saveText } from './save-file.js';
import { missingValue } from './setting.js';
import { chooseSweepOutput, SWEEP_OUTPUT, sweepText } from './sweep-output.js';
import { UsageError } from './usage-error.js';
import { writeOut } from './write-out.js';

const FILES: Operand<string> = {
  word: 'FILE',
  help: 'what mmsem-bench sweep --save has written, one file for each shard',
  expects: 'the file of a shard',
  parse: (text) => text,
  required: true,
  many: true,
};

/** For files that are no sweep. */
const REMEDY =
  'give what mmsem-bench sweep --save has written, or run its shard again with another --save FILE';

const EPILOGUE = `Refused, with what is wrong, unless the files are of one configuration, no point is in two of them
and none is missing. FILE of --save is then the same, byte for byte, as that of the whole sweep.
Exit codes: 0 done, 2 wrong usage, files that do not fit together, or a result that
cannot be written.`;

export const merge: Command = {
  description: 'Joins the shards of a sweep, and prints what the whole sweep would have printed.',
  operands: { file: FILES },
  groups: {
    Output: {
      ...SWEEP_OUTPUT,
      save: { ...OUTPUT.save, help: 'write the whole sweep to FILE' },
    },
  },
  epilogue: () => EPILOGUE,
  run: async (commandLine, world) => {
    const files = commandLine.given.get('file')?.map(({ text }) => text);
    if (files === undefined) throw missingValue('file', FILES);
    refuseTwice(files);
    const output = chooseSweepOutput(commandLine);
    const document = await mergeFiles(files, output.save);
    try {
      if (output.save !== undefined) await save(output.save, document);
    } finally {
      await writeOut(world.stdout, await sweepText(document, output, world));
    }
    return EXIT.ok;
  },
};

/** Throws UsageError. */
async function mergeFiles(
  files: readonly string[],
  target: string | undefined,
): Promise<SweepDocument> {
  const { readSweep, SweepRefused } = await import('../report/sweep-reader.js');
  const { mergeSweeps } = await import('../report/sweep-merge.js');
  if (target !== undefined) await checkSavable(target);
  const merged = (): SweepDocument =>
    mergeSweeps(files.map((file) => ({ file, document: readSweep(file, REMEDY) })));
  return orUsageError(merged, SweepRefused);
}

/** However it is written: the same file twice is no second shard. */
function refuseTwice(files: readonly string[]): void {
  const paths = files.map((file) => resolve(file));
  const twice = files.find((_, place) => paths.indexOf(paths[place]!) < place);
  if (twice !== undefined) throw new UsageError(`'${twice}' is given twice; give each file once`);
}

async function save(file: string, document: SweepDocument): Promise<void> {
  const { formatSweep } = await import('../report/sweep-document.js');
  await saveText(file, formatSweep(document));
}

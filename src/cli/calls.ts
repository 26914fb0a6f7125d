/** `mmsem-bench calls`: a real program's memory calls, run again on the simulated kernel. */
import { readFileSync } from 'node:fs';
import type { CallsDocument } from '../calls/calls-document.js';
import { kernelNames } from '../mm/kernels.js';
import { toolFacts } from '../report/facts.js';
import type { Command, Operand } from './command.js';
import type { CommandLine } from './command-line.js';
import { EXIT } from './exit-code.js';
import { InvalidValue, nameOf, type ValueOption } from './option-value.js';
import { DEFAULTS, PLAN_OPTIONS } from './options.js';
import { chooseOutput } from './output-choice.js';
import { OUTPUT } from './output-options.js';
import { readValues } from './setting.js';
import { isColored, widthOf } from './terminal.js';
import { UsageError } from './usage-error.js';
import { writeOut } from './write-out.js';

const STANDARD_INPUT = '-';

const OPERANDS = {
  file: {
    word: 'FILE',
    help: 'calls in the notation of strace; - reads standard input',
    expects: 'a file with calls in the notation of strace, or - for standard input',
    parse: inputName,
    required: true,
  },
} satisfies Record<string, Operand<string>>;

const KERNEL = {
  kernel: {
    flags: '--kernel <NAME>',
    help: `whose locks they run under: ${kernelNames().join(', ')}`,
    expects: `a kernel (${kernelNames().join(', ')})`,
    parse: nameOf('kernel', kernelNames()),
    preset: 'pristine',
  },
  linux: { ...PLAN_OPTIONS.linux, preset: DEFAULTS.linux ?? '' },
  thp: { ...PLAN_OPTIONS.thp, preset: DEFAULTS.thp ?? '' },
  'max-map-count': {
    ...PLAN_OPTIONS['max-map-count'],
    help: 'vm.max_map_count of the process, 1 to 1048576',
    preset: DEFAULTS['max-map-count'] ?? '',
  },
} satisfies Record<string, ValueOption<unknown>>;

const OUTPUT_HERE = {
  json: { ...OUTPUT.json, help: 'print one JSON document instead (results/calls.schema.json)' },
  color: OUTPUT.color,
  'no-color': OUTPUT['no-color'],
  quiet: { ...OUTPUT.quiet, help: 'no line for every call' },
};

const EPILOGUE = `Runs mmap, munmap, mprotect, mremap, madvise, mlock, mlock2, munlock, mincore, msync and brk of one
process with its threads; other calls are skipped and counted, # begins a comment. To record:
  strace -f -y -e trace=memory,process -o FILE PROGRAM     or -o '|mmsem-bench calls -'
Where a result follows, its address is where the mapping goes, and its error is expected; all else
is a difference. What execve maps is in no call: lines of /proc/PID/maps before the first call say
what was mapped already. Nor are page faults in it; lines of our own make them, on every page:
  touch ADDR [LEN] r|w
Children are left out; clone tells them from threads: with -e trace=memory alone there must be none.
Exit codes: 0 no difference, 1 differences, 2 wrong usage or a line that is no call, 5 failed.`;

export const calls: Command = {
  description:
    'Runs the memory calls of a real program on a simulated process, lists what differs from what was\n' +
    'recorded, and prints faults, VMAs and the address space at the end.',
  operands: OPERANDS,
  groups: { Kernel: KERNEL, Output: OUTPUT_HERE },
  epilogue: () => EPILOGUE,
  run: async (commandLine, world) => {
    const { json, color, quiet } = chooseOutput(commandLine);
    const document = await replayed(commandLine);
    const { formatCalls } = await import('../calls/calls-document.js');
    const { renderCalls } = await import('../calls/calls-text.js');
    const width = widthOf(world.stdout);
    const look = { color: isColored(color, world.env, world.stdout), each: !quiet };
    const text = json
      ? formatCalls(document)
      : renderCalls(document, width === undefined ? look : { ...look, width });
    await writeOut(world.stdout, text);
    return document.differences.length === 0 ? EXIT.ok : EXIT.different;
  },
};

/** Throws UsageError. */
async function replayed({ settings }: CommandLine): Promise<CallsDocument> {
  const { file } = readValues(OPERANDS, settings);
  const values = readValues(KERNEL, settings);
  const setting = {
    file,
    kernel: values.kernel,
    linux: values.linux,
    thp: values.thp,
    maxMapCount: values['max-map-count'],
  };
  const { replayText } = await import('../calls/replay-text.js');
  const { BadCalls } = await import('../calls/bad-calls.js');
  try {
    return replayText(readText(file), setting, toolFacts());
  } catch (error) {
    if (!(error instanceof BadCalls)) throw error;
    throw new UsageError(`${file === STANDARD_INPUT ? 'standard input' : file}: ${error.message}`);
  }
}

/** Throws UsageError. */
function readText(file: string): string {
  try {
    return readFileSync(file === STANDARD_INPUT ? 0 : file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const what = file === STANDARD_INPUT ? 'standard input' : `'${file}'`;
    throw new UsageError(`${what} cannot be read (${String(error.code)}); name a file with calls`);
  }
}

function inputName(text: string): string {
  if (text === '') throw new InvalidValue(`, not '${text}'`);
  return text;
}

/** `mmsem-bench calls`: a real program's memory calls, run again on the simulated kernel. */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { CallsDocument } from '../calls/calls-document.js';
import { kernelNames } from '../mm/kernels.js';
import { toolFacts } from '../report/facts.js';
import type { Command, Operand } from './command.js';
import type { CommandLine } from './command-line.js';
import { EXIT, SIGNAL_EXIT, type StopSignal } from './exit-code.js';
import { InvalidValue, nameOf, type ValueOption } from './option-value.js';
import { DEFAULTS, PLAN_OPTIONS } from './options.js';
import { chooseOutput } from './output-choice.js';
import { OUTPUT } from './output-options.js';
import { readValues } from './setting.js';
import { catchStopSignals } from './stop-signals.js';
import { isColored, widthOf } from './terminal.js';
import { UsageError } from './usage-error.js';
import type { World } from './world.js';
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
Exit codes: 0 no difference, 1 differences, 2 wrong usage or a line that is no call, 5 failed; 130,
143, 129 by a signal while standard input was read: what had come is replayed.`;

export const calls: Command = {
  description:
    'Runs the memory calls of a real program on a simulated process, lists what differs from what was\n' +
    'recorded, and prints faults, VMAs and the address space at the end.',
  operands: OPERANDS,
  groups: { Kernel: KERNEL, Output: OUTPUT_HERE },
  epilogue: () => EPILOGUE,
  run: async (commandLine, world) => {
    const { json, color, quiet } = chooseOutput(commandLine);
    const { document, signal } = await replayed(commandLine, world);
    const { formatCalls } = await import('../calls/calls-document.js');
    const { renderCalls } = await import('../calls/calls-text.js');
    const width = widthOf(world.stdout);
    const look = { color: isColored(color, world.env, world.stdout), each: !quiet };
    const text = json
      ? formatCalls(document)
      : renderCalls(document, width === undefined ? look : { ...look, width });
    await writeOut(world.stdout, text);
    // What was found counts for more than how the input ended.
    if (document.differences.length > 0) return EXIT.different;
    return signal === undefined ? EXIT.ok : SIGNAL_EXIT[signal];
  },
};

interface Input {
  readonly text: string;
  /** That came while it was read. */
  readonly signal?: StopSignal | undefined;
}

/** Throws UsageError. */
async function replayed(
  { settings }: CommandLine,
  world: World,
): Promise<Pick<Input, 'signal'> & { readonly document: CallsDocument }> {
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
  const { text, signal } = await readInput(file, world);
  try {
    return { document: replayText(text, setting, toolFacts()), signal };
  } catch (error) {
    if (!(error instanceof BadCalls)) throw error;
    throw new UsageError(`${file === STANDARD_INPUT ? 'standard input' : file}: ${error.message}`);
  }
}

/** Throws UsageError. */
async function readInput(file: string, world: World): Promise<Input> {
  try {
    if (file === STANDARD_INPUT) return await readStandardInput(world);
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const what = file === STANDARD_INPUT ? 'standard input' : `'${file}'`;
    throw new UsageError(`${what} cannot be read (${String(error.code)}); name a file with calls`);
  }
}

/**
 * All of it. Ctrl-C reaches all of a pipeline: it ends the program that strace records, and what was
 * recorded until then is wanted. So the first signal is for the others, with whose end the input ends;
 * a terminal has no others.
 */
async function readStandardInput({ signals }: World): Promise<Input> {
  if (process.stdin.isTTY) return { text: readFileSync(0, 'utf8') };
  const stop = catchStopSignals(signals, () => undefined);
  try {
    let text = '';
    for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
    // A signal that came before the end may not have been told yet.
    await setImmediate();
    await setImmediate();
    const signal = stop.received();
    // The last line may have been cut off.
    return {
      text: signal === undefined ? text : text.slice(0, text.lastIndexOf('\n') + 1),
      signal,
    };
  } finally {
    stop.release();
  }
}

function inputName(text: string): string {
  if (text === '') throw new InvalidValue(`, not '${text}'`);
  return text;
}

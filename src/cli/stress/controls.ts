/** Options of stress-ng that say how a run goes and what is printed of it, not what stressors do. */

export interface Control {
  readonly short?: string;
  /** What stands for its value in the help text; without one it takes none. */
  readonly value?: string;
  /** One line for --help. */
  readonly help: string;
}

/** `--all 4`: what is run, for how long, on what. */
export const RUN_CONTROLS = {
  all: { short: 'a', value: 'N', help: 'N instances of every stressor, side by side' },
  parallel: { value: 'N', help: 'same as --all' },
  sequential: { value: 'N', help: 'one stressor after the other, N instances each' },
  class: { value: 'LIST', help: 'with --all, --sequential: those of a class; NAME? lists it' },
  with: { short: 'w', value: 'LIST', help: 'with --all, --sequential: these stressors alone' },
  exclude: { short: 'x', value: 'LIST', help: 'not these stressors' },
  timeout: {
    short: 't',
    value: 'T',
    help: 'how long a run of a kernel is [24h; with --sequential 60s]; 0 is for ever',
  },
  job: { short: 'j', value: 'FILE', help: 'a line of FILE is an option; heeded after these' },
  'dry-run': { short: 'n', help: 'print what would be run, and exit' },
  seed: { value: 'N', help: 'seed of every random decision [1]' },
  'no-rand-seed': { help: 'the seed that counts without --seed' },
  taskset: { value: 'LIST', help: 'simulated CPUs to run on, 0,2-3, even, odd or all' },
  'mmap-compat': { value: 'V', help: "the mmap stressor's form: 0.09.31, 0.15.06 or head [head]" },
  verify: { help: 'read back what was written; a stressor that finds it wrong has failed' },
  'page-in': { help: 'bring pages in before they are used' },
  'no-madvise': { help: 'no random advice' },
  maximize: { help: 'sizes that are not given are the largest' },
  minimize: { help: 'sizes that are not given are the smallest' },
  random: { short: 'r', value: 'N', help: 'not built' },
  permute: { value: 'N', help: 'not built' },
} as const satisfies Record<string, Control>;

/** `--metrics`: what is printed, and where. */
export const OUTPUT_CONTROLS = {
  metrics: { short: 'M', help: 'bogo operations, times and rates of every entry' },
  'metrics-brief': { help: 'the same in fewer columns, without entries that did nothing' },
  perf: { help: 'page faults and other events, as perf counts them' },
  times: { help: 'user and system time of the whole run' },
  yaml: { short: 'Y', value: 'FILE', help: 'write the same to FILE, a document for each kernel' },
  sn: { help: 'numbers of metrics in scientific notation' },
  'log-file': { short: 'L', value: 'FILE', help: 'write the messages to FILE as well' },
  'log-brief': { help: 'messages without what stands in front of them' },
  timestamp: { help: 'messages with the time of day' },
  verbose: { short: 'v', help: 'debug messages as well' },
  quiet: { short: 'q', help: 'no messages but results: the blocks asked for, and the comparison' },
  stdout: { help: 'messages on stdout, as without it' },
  stderr: { help: 'messages on stderr' },
  stressors: { help: 'print the names of all stressors and exit' },
  version: { short: 'V', help: 'print the version and exit' },
  help: { short: 'h', help: 'print this text and exit' },
} as const satisfies Record<string, Control>;

export const CONTROLS = { ...RUN_CONTROLS, ...OUTPUT_CONTROLS };

export type ControlName = keyof typeof CONTROLS;

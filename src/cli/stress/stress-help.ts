/** The help text of lines in stress-ng's manner, at most 100 columns wide. */
import type { Hog, HogOption } from '../../workload/hog.js';
import type { OptionGroup } from '../command.js';
import { COMPARISON } from '../options.js';
import { formatBytes } from '../units.js';
import { isGivable } from './hog-settings.js';
import { OUTPUT_CONTROLS, RUN_CONTROLS, type Control } from './controls.js';

type Row = readonly [flags: string, help: string];

const USAGE = `Usage: mmsem-bench [stress] --STRESSOR N [options]

Lines of stress-ng with this program's name in front run its memory stressors on simulated kernels,
side by side. Any line that names a stressor is one; the word stress in front makes it sure.
Options may be cut short as long as they stay unambiguous; the last of a kind counts.`;

const NOTES = `Of the comparison, as in mmsem-bench --help: --kernels, --threshold, --max-map-count, --rwsem,
--thp, --linux, --rounds, --until, --format, --json, --save and others.
--mms 1 puts all instances into one address space, as threads, with one --max-map-count for all.

Values: sizes take b k m g t p e, or x% of the machine's memory; times s m h d w y, 0 for ever;
instances N, 0 or less for one on every CPU, x% of the CPUs. --mmap-bytes and --mmap-ops are totals
that the instances share. --STRESSOR-ops belongs to the stressor named last before it.

Other than in stress-ng:
  - every run is made once for each kernel and then compared; --rounds N makes N of them
  - perf's numbers are sums over all instances, not those of the first times their number, and rates
    in sequential mode are those of the stressor's own time
  - 1.5M is refused (stress-ng reads 1M), as are L1 to L5 and LLC, as no caches are simulated
  - without --seed the seed is 1, not chance; instances draw from streams of their own; a seed above
    2^53-1 is folded into fewer bits
  - --quiet leaves metrics alone, wherever it stands
  - --taskset LIST gives the simulated machine as many CPUs as LIST has; on threads it is refused
  - a run without end is refused on a simulated machine: give --timeout, or --STRESSOR-ops
  - --random and --permute are not built; other options that mean nothing here, such as --temp-path
    or --ionice-class, are accepted with a warning, as are stressors that this tool has not
Exit codes: 0 done, 2 wrong usage (stress-ng: 1), and as in stress-ng a stressor has failed, 3 a
stressor has run out of memory, 4 no stressor is left to run, 5 the run failed; 130, 143, 129 by a
signal.
Example: mmsem-bench --mmap 0 --mmap-bytes 80G --mmap-file --metrics --perf --timeout 600s \\
           --engine virtual`;

/** Ends with a newline. */
export function stressHelp(hogs: readonly Hog[]): string {
  const sections = [
    USAGE,
    section(
      'Stressors',
      hogs.map(({ name, description }) => [`--${name} N`, description]),
    ),
    section('Options of stressors, besides --STRESSOR-ops N', hogs.flatMap(optionsOf)),
    section('Run control', controlRows(RUN_CONTROLS)),
    section('Output', controlRows(OUTPUT_CONTROLS)),
    section('Simulated machine', machineRows(COMPARISON.groups['Machine'] ?? {})),
    NOTES,
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/** Columns of a line, and of what stands in front of the help of an option. */
const WIDTH = 100;
const FLAGS_WIDTH_MAX = 30;

function section(heading: string, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const width = Math.min(FLAGS_WIDTH_MAX, Math.max(...rows.map(([flags]) => flags.length)));
  const indent = `\n${' '.repeat(width + 4)}`;
  const lines = rows.map(([flags, help]) => {
    const gap = flags.length > width ? indent : '  ';
    return `  ${flags.padEnd(width)}${gap}${wrapped(help, WIDTH - width - 4).join(indent)}`;
  });
  return [`${heading}:`, ...lines].join('\n');
}

/** Lines of at most so many characters, unless a word has more. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function optionsOf({ name, options }: Hog): Row[] {
  return Object.entries(options).map(([key, rules]) => {
    const flags = `--${name}-${key}${rules.takes === 'nothing' ? '' : ' N'}`;
    return [flags, `${rules.help}${presetText(rules)}`];
  });
}

function presetText(rules: HogOption): string {
  if (rules.takes === 'nothing') return '';
  const names = rules.takes === 'name' ? ` (${rules.names.join(', ')})` : '';
  if (!isGivable(rules, rules.preset)) return names;
  return `${names} [${rules.takes === 'size' ? formatBytes(rules.preset) : rules.preset}]`;
}

function controlRows(controls: Readonly<Record<string, Control>>): Row[] {
  return Object.entries(controls).map(([name, { short, value, help }]) => {
    const letter = short === undefined ? '' : `-${short}, `;
    return [`${letter}--${name}${value === undefined ? '' : ` ${value}`}`, help];
  });
}

function machineRows(group: OptionGroup): Row[] {
  return Object.values(group).map(({ flags, help }) => [flags, help]);
}

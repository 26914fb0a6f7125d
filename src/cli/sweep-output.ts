/** How the commands about sweeps show one: options and text. */
import type { SweepDocument } from '../report/sweep-document.js';
import { METRICS } from '../stats/metrics.js';
import type { CommandLine } from './command-line.js';
import { namesOf, type ValueOption } from './option-value.js';
import { OUTPUT, type ColorChoice } from './output-options.js';
import { readValues } from './setting.js';
import { isColored, isUnicode, widthOf } from './terminal.js';
import { UsageError } from './usage-error.js';
import type { World } from './world.js';

const METRIC_NAMES = METRICS.map(({ name }) => name);

const METRIC = {
  metric: {
    flags: '--metric <LIST>',
    help: `what the tables show: ${METRIC_NAMES.slice(0, 2).join(', ')},\n${METRIC_NAMES.slice(2).join(', ')}`,
    expects: `a comma-separated list of metrics (${METRIC_NAMES.join(', ')})`,
    parse: namesOf('metric', METRIC_NAMES),
    preset: 'faultsPerSecond',
  },
} satisfies Record<string, ValueOption<unknown>>;

/** The options; a command adds its own --save. */
export const SWEEP_OUTPUT = {
  ...METRIC,
  csv: { flags: '--csv', help: 'print a CSV line for every kernel of every point instead' },
  json: { ...OUTPUT.json, help: 'print one JSON document instead' },
  color: OUTPUT.color,
  'no-color': OUTPUT['no-color'],
};

export interface SweepOutput {
  readonly format: 'table' | 'csv' | 'json';
  readonly metrics: readonly (typeof METRIC_NAMES)[number][];
  readonly color: ColorChoice;
  readonly save: string | undefined;
  readonly quiet: boolean;
}

/** Throws UsageError. */
export function chooseSweepOutput({ settings, switches }: CommandLine): SweepOutput {
  const { save, color, metric } = readValues(
    { save: OUTPUT.save, color: OUTPUT.color, ...METRIC },
    settings,
  );
  const [json, csv] = [switches.has('json'), switches.has('csv')];
  if (json && csv) throw new UsageError('--json does not go with --csv: leave one of them out');
  if ((json || csv) && settings.has('metric')) {
    throw new UsageError('--metric is for tables: JSON and CSV have all metrics');
  }
  return {
    format: json ? 'json' : csv ? 'csv' : 'table',
    metrics: METRIC_NAMES.filter((name) => metric.includes(name)),
    color,
    save,
    quiet: switches.has('quiet'),
  };
}

export async function sweepText(
  document: SweepDocument,
  { format, metrics, color }: SweepOutput,
  { stdout, env }: World,
): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../report/sweep-document.js')).formatSweep(document);
    case 'csv':
      return (await import('../report/sweep-csv.js')).renderSweepCsv(document);
    case 'table': {
      const { renderSweep } = await import('../report/sweep-table.js');
      const width = widthOf(stdout);
      return renderSweep(document, {
        color: isColored(color, env, stdout),
        unicode: isUnicode(env),
        ...(width === undefined ? {} : { width }),
        metrics,
      });
    }
  }
}

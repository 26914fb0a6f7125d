/** The one table of a gate, for every form that has a table. */
import {
  formatNs,
  formatPercent,
  formatScaled,
  formatSize,
  NOT_AVAILABLE,
} from '../report/format.js';
import { intervalColumn } from '../report/interval-column.js';
import { quantityNamed } from './quantity.js';
import type { GateCheck } from './verdict.js';

export interface CheckColumn {
  readonly name:
    'check' | 'against' | 'base' | 'value' | 'change' | 'interval' | 'allowed' | 'verdict';
  readonly head: string;
  readonly align: 'left' | 'right';
  /** One for every check. */
  readonly cells: readonly string[];
}

/**
 * Columns from left to right. One that has nothing to tell is left out: intervals of simulations, and
 * what checks are judged against where it is the same for all, which then heads the column of bases.
 */
export function checkColumns(checks: readonly GateCheck[], unicode: boolean): CheckColumn[] {
  const opponents = [...new Set(checks.map(({ against }) => against))];
  const [opponent] = opponents;
  const isMixed = opponents.length > 1;
  const left = (name: CheckColumn['name'], cells: readonly string[]): CheckColumn => {
    return { name, head: name, align: 'left', cells };
  };
  const right = (
    name: CheckColumn['name'],
    head: string,
    cells: readonly string[],
  ): CheckColumn => ({ name, head, align: 'right', cells });
  const values = (key: 'base' | 'value'): string[] =>
    checks.map((check) => formatQuantity(check.metric, check[key], unicode));
  const percents = (key: 'change' | 'allowed'): string[] =>
    checks.map((check) => formatPercent(known(check[key])));
  return [
    left(
      'check',
      checks.map(({ kernel, metric }) => `${kernel}.${metric}`),
    ),
    ...(isMixed
      ? [
          left(
            'against',
            checks.map(({ against }) => against),
          ),
        ]
      : []),
    right('base', isMixed ? 'base' : (opponent ?? 'base'), values('base')),
    right('value', 'value', values('value')),
    right('change', 'change', percents('change')),
    right('interval', '95 % interval', intervalColumn(checks.map(intervalOf))),
    right('allowed', 'allowed', percents('allowed')),
    left(
      'verdict',
      checks.map(({ verdict }) => verdict),
    ),
  ].filter(({ cells }) => cells.some((cell) => cell !== NOT_AVAILABLE));
}

/** In the quantity's own unit: what it is of stands in the name. */
function formatQuantity(name: string, value: number | null, unicode: boolean): string {
  if (value === null || !Number.isFinite(value)) return NOT_AVAILABLE;
  if (quantityNamed(name)?.isTime === true) return formatNs(value, { unicode });
  return name.includes('Bytes') ? `${formatSize(value)}/s` : formatScaled(value);
}

function intervalOf({ ciLow, ciHigh }: GateCheck): Pick<GateCheck, 'ciLow' | 'ciHigh'> {
  return { ciLow: known(ciLow), ciHigh: known(ciHigh) };
}

/** A percentage may be beyond all bounds, but has to be one. */
function known(value: number | null): number | null {
  return Number.isNaN(value) ? null : value;
}

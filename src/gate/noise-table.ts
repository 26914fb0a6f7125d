/** What a gate is worth on a machine, for people. */
import {
  formatCount,
  formatInterval,
  formatMagnitude,
  formatPercent,
  NOT_AVAILABLE,
} from '../report/format.js';
import { renderGrid, wrapText, type Cell } from '../report/grid.js';
import { headline } from '../report/headline.js';
import { roundWord } from '../plan/plan.js';
import type { Rate } from '../stats/binomial.js';
import { ROUNDS_MAX } from '../stats/power.js';
import type { GateTally, NoiseDocument, Resolution } from './noise-document.js';

const DEFAULT_WIDTH = 100;

/** Columns of the grid that hold words; the others hold numbers. */
const WORD_COLUMNS = 2;

const ROUNDS_DIGITS = 2;

/** Text is kept within `width` columns. Ends with a newline. */
export function renderNoise(document: NoiseDocument, width = DEFAULT_WIDTH): string {
  const { plan, gates, reasons, warnings } = document;
  const paragraphs = gates.length === 0 ? [nothing(document)] : sentences(document);
  const parts = [
    wrapText(headline(plan), width),
    ...(gates.length === 0 ? [] : [tallyLines(document)]),
    ...paragraphs.map((text) => wrapText(text, width)),
    reasons.flatMap((reason) => wrapText(`not to be trusted: ${reason}`, width)),
    warnings.flatMap((warning) => wrapText(`warning: ${warning}`, width)),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function nothing({ plan }: NoiseDocument): string {
  return `Not one gate was measured to its end, of ${formatCount(plan.rounds, roundWord(plan))}: there is nothing to say.`;
}

function tallyLines({ identical, planted, asked }: NoiseDocument): string[] {
  const isDoubted = identical.untrustworthy + planted.untrustworthy > 0;
  const header = [
    'kernel',
    'what it is',
    'pass',
    'inconclusive',
    'regression',
    ...(isDoubted ? ['untrustworthy'] : []),
    'change',
    '95 % interval',
  ];
  const row = (tally: GateTally, what: string): string[] => [
    tally.kernel,
    what,
    String(tally.pass),
    String(tally.inconclusive),
    String(tally.regression.count),
    ...(isDoubted ? [String(tally.untrustworthy)] : []),
    formatPercent(tally.change),
    formatInterval(tally.ciLow, tally.ciHigh),
  ];
  const rows = [
    header,
    row(identical, 'identical'),
    row(planted, `${perCent(asked.planted)} slower`),
  ];
  return renderGrid(
    rows.map((texts) =>
      texts.map((text, column): Cell => ({
        text,
        align: column < WORD_COLUMNS ? 'left' : 'right',
      })),
    ),
  );
}

function sentences(document: NoiseDocument): string[] {
  const { asked, identical, planted, toldApart, noise, resolution } = document;
  const gates = `gates that allow ${perCent(asked.maxRegression)}`;
  return [
    `False alarms: ${gates} called an identical kernel a regression in ${often(identical.regression)}. ` +
      `The comparison called it faster or slower in ${often(toldApart)}` +
      (noise === 'none' ? '.' : '; with nothing but noise that is to be 5.0 % or less.'),
    `Found: they called a slow-down of ${perCent(asked.planted)}, which was measured as ` +
      `${formatPercent(planted.change)} page faults/sec, a regression in ${often(planted.regression)}.`,
    resolution === null
      ? 'These are simulations, which have no noise: identical kernels come out equal, any difference ' +
        'is one, and no number of seeds makes that surer. Noise is a matter of --engine threads.'
      : resolved(resolution, gates),
  ];
}

function resolved({ rounds, detectable, found, roundsFor }: Resolution, gates: string): string {
  const over = formatCount(rounds, 'round');
  if (detectable === null || found === null) {
    return `Resolution: ${over} of a kernel cannot show any change.`;
  }
  const wanted = roundsFor.map(({ change, rounds: needed }) => {
    return `${needed === rounds ? `${rounds} or fewer` : about(needed)} for ${perCent(change)}`;
  });
  return (
    `Resolution: ${over} show changes of ${perCent(detectable)} in 80 % of cases, so that ${gates} ` +
    `find slow-downs from ${perCent(found)} on. Rounds that it takes to show a change: ` +
    `${wanted.join(', ')}.`
  );
}

/** An estimate from so few values has no more digits to it. */
function about(rounds: number | null): string {
  return rounds === null
    ? `more than ${ROUNDS_MAX}`
    : `about ${Number(rounds.toPrecision(ROUNDS_DIGITS))}`;
}

/** `1 of 10 cases (10.0 %, 95 % interval 0.3 .. 44.5 %)`. */
function often({ count, of, rate, low, high }: Rate): string {
  const share = rate === null ? NOT_AVAILABLE : `${formatMagnitude(rate)} %`;
  const interval = `${formatMagnitude(low)} .. ${formatMagnitude(high)} %`;
  return `${count} of ${formatCount(of, 'case')} (${share}, 95 % interval ${interval})`;
}

function perCent(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(2))} %`;
}

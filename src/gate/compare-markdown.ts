import { formatInterval, formatPercent } from '../report/format.js';
import { escapeMarkdown, foldedList, markdownTable } from '../report/formats/markdown-text.js';
import type { CompareDocument, SavedComparison } from './compare-document.js';
import { metricWords, pWords, settingWords, sideNames, valueWords } from './compare-words.js';

const COLUMNS = [
  'metric',
  'base',
  '>n',
  '>median',
  'compared',
  '>n',
  '>median',
  '>change',
  '>95 % interval',
  '>adj. p',
  'verdict',
];

/** Of a summary that others write to as well. */
const NAME_MAX = 60;

/**
 * Saved runs as GitHub-flavoured Markdown: what was found, a line for each comparison, doubts, and
 * how it was done folded up. Ends with a newline.
 */
export function renderCompareMarkdown(document: CompareDocument): string {
  const { comparisons, configuration, notes, warnings } = document;
  const names = sideNames(document, NAME_MAX);
  const rows = comparisons.map((comparison) => rowOf(comparison, names));
  const settings = configuration.map((setting) => settingWords(setting, document));
  const parts = [
    `### mmsem-bench compare: ${escapeMarkdown(found(comparisons))} against ${escapeMarkdown(names[0]!)}`,
    markdownTable(COLUMNS, rows),
    bullets('not the kernel alone differs:', settings),
    bullets('warning:', warnings),
    foldedList('how', [...(document.headline === null ? [] : [document.headline]), ...notes]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** `2 faster, 1 no difference`, in the order of the table. */
function found(comparisons: readonly SavedComparison[]): string {
  const counts = new Map<string, number>();
  for (const { verdict } of comparisons) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
}

function rowOf(comparison: SavedComparison, names: readonly string[]): string[] {
  const { base, candidate, change, ciLow, ciHigh, pAdjusted } = comparison;
  const sample = ({ side, label, n, median }: SavedComparison['base']): string[] => [
    `${names[side]!}: ${label}`,
    String(n),
    valueWords(comparison, median, true),
  ];
  return [
    metricWords(comparison),
    ...sample(base),
    ...sample(candidate),
    formatPercent(change),
    formatInterval(ciLow, ciHigh),
    pWords(pAdjusted),
    comparison.verdict,
  ];
}

function bullets(title: string, texts: readonly string[]): string {
  return texts.map((text) => `- **${title}** ${escapeMarkdown(text)}`).join('\n');
}

import { settingLines } from '../report/formats/markdown.js';
import { escapeMarkdown, foldedList, markdownTable } from '../report/formats/markdown-text.js';
import { oneLine } from '../util/one-line.js';
import { checkColumns } from './check-columns.js';
import { baselineLine, chances, checkLine, nextStep, scopeOf } from './gate-words.js';
import type { GateCheck, GateReport } from './verdict.js';

/**
 * The report as GitHub-flavoured Markdown for step summaries and comments: the verdict and why, one
 * table, what is wrong, doubts, what to do; rules and settings folded up. Ends with a newline.
 */
export function renderGateMarkdown(report: GateReport): string {
  const { verdict, reasons, warnings, checks, baseline, run } = report;
  const bad = checks.filter((check) => check.verdict !== 'pass');
  const settings = [
    ...(run === undefined ? [] : settingLines(run)),
    ...(baseline === undefined ? [] : [baselineLine(baseline)]),
  ];
  const next = nextStep(report);
  const parts = [
    `### mmsem-bench gate: **${verdict}**${scopeOf(report)}`,
    bullets('**why:** ', reasons),
    checkTable(checks),
    [bullets('', bad.map(checkLine)), bullets('**warning:** ', warnings)]
      .filter(Boolean)
      .join('\n'),
    next ?? '',
    checks.length === 0 ? '' : foldedList('rules', checks.map(ruleLine).map(oneLine)),
    settings.length === 0 ? '' : foldedList('settings', settings.map(oneLine)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function checkTable(checks: readonly GateCheck[]): string {
  if (checks.length === 0) return '';
  const columns = checkColumns(checks, true);
  const heads = columns.map(({ head, align }) => `${align === 'right' ? '>' : ''}${oneLine(head)}`);
  const rows = checks.map((_, row) => columns.map(({ cells }) => oneLine(cells[row]!.trim())));
  return markdownTable(heads, rows);
}

function ruleLine(check: GateCheck): string {
  const more = chances(check);
  return more === '' ? check.rule : `${check.rule} (${more})`;
}

function bullets(mark: string, texts: readonly string[]): string {
  return texts.map((text) => `- ${mark}${plain(text)}`).join('\n');
}

function plain(text: string): string {
  return escapeMarkdown(oneLine(text));
}

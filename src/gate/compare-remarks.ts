/** What stands below a comparison of saved runs: what else differs, and the doubts. */
import type { ChalkInstance } from 'chalk';
import { wrapText } from '../report/grid.js';
import { oneLine } from '../util/one-line.js';
import type { CompareDocument } from './compare-document.js';
import { settingWords } from './compare-words.js';

/** A screen has no room for more; the JSON document has all. */
const SETTINGS_MAX = 3;
const WARNINGS_MAX = 4;

/** The settings that differ, one after the other; none, no line. */
export function settingLines(
  document: CompareDocument,
  width: number,
  chalk: ChalkInstance,
): string[] {
  const { configuration } = document;
  if (configuration.length === 0) return [];
  const shown = configuration.slice(0, SETTINGS_MAX);
  const rest = configuration.length - shown.length;
  const settings = [
    ...shown.map((setting) => settingWords(setting, document)),
    ...(rest === 0 ? [] : [`${rest} more, which --json lists`]),
  ];
  const head = 'Not the kernel alone differs:';
  return painted(`${head} ${settings.join('; ')}.`, head, width, chalk);
}

/** As many as `room` lines take, but one at least. */
export function warningLines(
  { warnings }: Pick<CompareDocument, 'warnings'>,
  room: number,
  width: number,
  chalk: ChalkInstance,
): string[] {
  const texts = warnings.map((text) =>
    painted(`warning: ${oneLine(text)}`, 'warning:', width, chalk),
  );
  const shown: string[] = [];
  let count = 0;
  for (const lines of texts.slice(0, WARNINGS_MAX)) {
    // The last line says how many were left out.
    const needed = lines.length + (count + 1 < texts.length ? 1 : 0);
    if (count > 0 && shown.length + needed > room) break;
    shown.push(...lines);
    count++;
  }
  const rest = texts.length - count;
  if (rest === 0) return shown;
  return [
    ...shown,
    ...painted(`warning: ${rest} more, which --json lists`, 'warning:', width, chalk),
  ];
}

/** Wrapped, and its first words in yellow. */
function painted(text: string, head: string, width: number, chalk: ChalkInstance): string[] {
  const [first = '', ...others] = wrapText(text, width);
  const isWhole = first.startsWith(head);
  return [isWhole ? chalk.yellow(head) + first.slice(head.length) : first, ...others];
}

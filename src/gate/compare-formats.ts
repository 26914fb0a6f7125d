/** Every form that a comparison of saved runs can be printed in. */
import type { Format } from '../report/formats/renderer.js';
import type { CompareDocument } from './compare-document.js';

export const COMPARE_FORMATS = [
  {
    name: 'table',
    help: 'for people: medians, changes, intervals and verdicts',
    extension: 'txt',
    isProse: true,
    hasWarnings: true,
    load: async () => (await import('./compare-table.js')).renderCompare,
  },
  {
    name: 'json',
    help: 'everything (results/compare.schema.json)',
    extension: 'json',
    isProse: false,
    hasWarnings: true,
    load: async () => (await import('./compare-document.js')).formatCompare,
  },
  {
    name: 'markdown',
    help: 'the table for GitHub: comments, step summaries',
    extension: 'md',
    isProse: false,
    hasWarnings: true,
    load: async () => (await import('./compare-markdown.js')).renderCompareMarkdown,
  },
  {
    name: 'csv',
    help: 'a row per comparison, full precision',
    extension: 'csv',
    isProse: false,
    hasWarnings: false,
    load: async () => (await import('./compare-csv.js')).renderCompareCsv,
  },
] as const satisfies readonly Format<CompareDocument>[];

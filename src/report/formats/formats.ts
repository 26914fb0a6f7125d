/**
 * Every form that a result can be printed in. To add one, write a file with its renderer and a row
 * here: the option, its help and its tests follow.
 */
import type { ResultDocument } from '../result.js';
import type { Format } from './renderer.js';

export const FORMATS = [
  {
    name: 'table',
    help: 'for people: numbers, changes, intervals and verdicts',
    extension: 'txt',
    isProse: true,
    hasWarnings: true,
    load: async () => (await import('../table.js')).renderTable,
  },
  {
    name: 'json',
    help: 'everything, every round included (results/result.schema.json)',
    extension: 'json',
    isProse: false,
    hasWarnings: true,
    load: async () => (await import('../result.js')).formatResult,
  },
  {
    name: 'markdown',
    help: 'the table for GitHub: comments, step summaries',
    extension: 'md',
    isProse: false,
    hasWarnings: true,
    load: async () => (await import('./markdown.js')).renderMarkdown,
  },
  {
    name: 'csv',
    help: 'a row per kernel and round, everything measured, full precision',
    extension: 'csv',
    isProse: false,
    hasWarnings: false,
    load: async () => (await import('./csv.js')).renderCsv,
  },
  {
    name: 'junit',
    help: 'JUnit XML, a test case per comparison and metric',
    extension: 'xml',
    isProse: false,
    hasWarnings: true,
    load: async () => (await import('./junit.js')).renderComparisonJunit,
  },
  {
    name: 'gobench',
    help: 'Go benchmark text, a line per kernel and round, for benchstat',
    extension: 'txt',
    isProse: false,
    hasWarnings: false,
    load: async () => (await import('./go-benchmark.js')).renderGoBenchmark,
  },
  {
    name: 'benchmark-action',
    help: 'rates, for customBiggerIsBetter of github-action-benchmark',
    extension: 'json',
    isProse: false,
    hasWarnings: true,
    load: async () => (await import('./benchmark-action.js')).renderBiggerIsBetter,
  },
  {
    name: 'benchmark-action-smaller',
    help: 'times, for its customSmallerIsBetter: it takes one direction per file',
    extension: 'json',
    isProse: false,
    hasWarnings: true,
    load: async () => (await import('./benchmark-action.js')).renderSmallerIsBetter,
  },
  {
    name: 'bmf',
    help: 'Bencher Metric Format, with intervals',
    extension: 'json',
    isProse: false,
    hasWarnings: false,
    load: async () => (await import('./bencher.js')).renderBencher,
  },
  {
    name: 'hyperfine',
    help: 'as hyperfine --export-json: seconds per million page faults',
    extension: 'json',
    isProse: false,
    hasWarnings: false,
    load: async () => (await import('./hyperfine.js')).renderHyperfine,
  },
] as const satisfies readonly Format<ResultDocument>[];

export type FormatName = (typeof FORMATS)[number]['name'];

export const FORMAT_NAMES: readonly FormatName[] = FORMATS.map(({ name }) => name);

/** Every form that a gate's report can be printed in: a row here, and the option and its tests follow. */
import type { Format } from '../report/formats/renderer.js';
import type { GateReport } from './verdict.js';

export const GATE_FORMATS = [
  {
    name: 'table',
    help: 'for people: the verdict, every check, and what to do',
    extension: 'txt',
    isProse: true,
    hasWarnings: true,
    load: async () => (await import('./gate-table.js')).renderGateTable,
  },
  {
    name: 'json',
    help: 'everything, with the document of the run (results/gate.schema.json)',
    extension: 'json',
    isProse: false,
    hasWarnings: true,
    load: async () => {
      const { formatGate } = await import('./gate-json.js');
      return (report) => formatGate(report);
    },
  },
  {
    name: 'markdown',
    help: 'the table for GitHub: comments, step summaries',
    extension: 'md',
    isProse: false,
    hasWarnings: true,
    load: async () => (await import('./gate-markdown.js')).renderGateMarkdown,
  },
  {
    name: 'junit',
    help: 'JUnit XML, a test case per check',
    extension: 'xml',
    isProse: false,
    hasWarnings: true,
    load: async () => (await import('./gate-suite.js')).renderGateJunit,
  },
] as const satisfies readonly Format<GateReport>[];

export type GateFormatName = (typeof GATE_FORMATS)[number]['name'];

export const GATE_FORMAT_NAMES: readonly GateFormatName[] = GATE_FORMATS.map(({ name }) => name);

/** Who may import whom: data flows down the stages of the pipeline, knowledge never flows up. */
import path from 'node:path';
import ts from 'typescript';
import { checkRules, isTest, nodesOf, stageOf, type Tree } from './testing/structure-rules.js';

const PIPELINE = [
  'plan',
  'workload',
  'engine',
  'process',
  'calls',
  'verify',
  'reproduction',
  'mm',
  'samples',
  'stats',
  'report',
  'gate',
  'util',
];

const STAGES: Readonly<Record<string, { may: readonly string[]; why: string }>> = {
  index: { may: PIPELINE, why: 'the library face picks from the pipeline; commands are not in it' },
  cli: {
    may: ['index', ...PIPELINE],
    why: 'commands assemble the pipeline, and benchmark nothing',
  },
  bench: { may: ['index', ...PIPELINE], why: 'micro-benchmarks bypass the command line' },
  plan: { may: ['util'], why: 'a plan is plain data that every stage can read' },
  workload: {
    may: ['mm', 'plan', 'samples', 'util'],
    why: 'a workload does not know who schedules its calls; its own numbers are samples',
  },
  engine: {
    may: ['workload', 'mm', 'plan', 'samples', 'util'],
    why: 'an engine runs workloads on the kernel model and fills samples, judging nothing',
  },
  process: {
    may: ['engine', 'mm', 'plan', 'util'],
    why: 'a process is one task of the kernel model, run by hand',
  },
  calls: {
    may: ['process', 'mm', 'report', 'util'],
    why: 'calls from a file run on a simulated process and are printed, whoever recorded them',
  },
  judge: {
    may: ['process', 'mm', 'util'],
    why: 'the judge compares simulated processes with the real kernel, in tests only',
  },
  verify: {
    may: ['process', 'engine', 'mm', 'samples', 'util'],
    why: 'a conformance case drives simulated processes and tasks, and prints nothing',
  },
  reproduction: {
    may: ['plan', 'samples', 'util'],
    why: 'a study asks for simulations and reads samples, whoever runs them',
  },
  mm: { may: ['util'], why: 'the kernel model knows no engine, so that every engine can run it' },
  samples: { may: ['util'], why: 'samples are what was measured, however it was measured' },
  stats: { may: ['samples', 'plan', 'util'], why: 'statistics can be redone from saved samples' },
  report: { may: ['stats', 'samples', 'plan', 'util'], why: 'a report prints, and runs nothing' },
  gate: {
    may: ['report', 'stats', 'samples', 'plan', 'util'],
    why: 'a gate judges what was measured and saved, and measures nothing',
  },
  util: { may: [], why: 'util is the bottom' },
};

/** `target` is the path in the tree when the import is relative. */
type Import = Readonly<{ name: string; target: string | undefined; typeOnly: boolean }>;

function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  for (const node of nodesOf(file, text)) {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    const isCall =
      ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    if (!isImport && !isCall) continue;
    const specifier = isImport ? node.moduleSpecifier : node.arguments[0];
    if (!specifier || !ts.isStringLiteral(specifier)) continue;
    const name = specifier.text;
    const source = path.join(path.dirname(file), name.replace(/\.js$/, '.ts'));
    const target = name.startsWith('.') ? source : undefined;
    found.push({ name, target, typeOnly: /^(import|export)\s+type\b/.test(node.getText()) });
  }
  return found;
}

function importDirection(tree: Tree): string[] {
  return Object.entries(tree).flatMap(([file, text]) => {
    const from = STAGES[stageOf(file)];
    if (isTest(file)) return [];
    if (from === undefined) return [`${file}: its folder has no row in STAGES`];
    const bad = importsOf(file, text).filter((item) => {
      if (item.target === undefined) return stageOf(file) === 'mm';
      const stage = stageOf(item.target);
      return isTest(item.target) || (stage !== stageOf(file) && !from.may.includes(stage));
    });
    return bad.map((item) => `${file} imports ${item.name}, but ${from.why}`);
  });
}

/** Type imports vanish when compiled, so only the others can close a cycle of loading. */
function importCycles(tree: Tree): string[] {
  const edges = new Map(
    Object.entries(tree).map(([file, text]) => [
      file,
      importsOf(file, text).flatMap((item) => (item.typeOnly || !item.target ? [] : [item.target])),
    ]),
  );
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] => {
    if (trail.includes(file)) return [[...trail.slice(trail.indexOf(file)), file].join(' -> ')];
    if (done.has(file)) return [];
    done.add(file);
    return (edges.get(file) ?? []).flatMap((next) => visit(next, [...trail, file]));
  };
  return [...edges.keys()].flatMap((file) => visit(file, []));
}

const inMm = (text: string): Tree => ({ 'src/mm/x.ts': text });

checkRules([
  {
    name: 'imports follow the stages',
    violations: importDirection,
    planted: [
      inMm("import { run } from '../engine/engine.js';"),
      inMm("import os from 'node:os';"),
      inMm("import { drive } from './testing/drive.js';"),
      { 'src/stats/x.ts': "export { table } from '../report/table.js';" },
      { 'src/engine/x.ts': "const cli = await import('../cli/main.js');" },
      { 'src/cli/x.ts': "import '../bench/main.js';" },
      { 'src/index.ts': "import { options } from './cli/options.js';" },
      { 'src/novel/x.ts': '' },
    ],
    innocent: [{ 'src/engine/x.ts': "import type { Trial } from '../plan/plan.js';" }],
  },
  {
    name: 'no circular imports',
    violations: importCycles,
    planted: [{ 'src/mm/a.ts': "import './b.js';", 'src/mm/b.ts': "export { x } from './a.js';" }],
    innocent: [{ 'src/mm/a.ts': "import './b.js';", 'src/mm/b.ts': "import type {} from './a';" }],
  },
]);

/** The rules of structure that a reviewer would otherwise have to remember. */
import ts from 'typescript';
import { kernelNames } from './mm/kernels.js';
import { byNode, checkRules, isTest, stageOf, type Tree } from './testing/structure-rules.js';

/** Folders whose results must depend on their inputs alone. */
const PURE_STAGES = ['mm', 'workload', 'stats'];
const IMPURE_NAMES = /^(Date|performance|process|setTimeout|setInterval|setImmediate)$/;
const IMPURE_MODULES =
  /^(node:)?(os|process|perf_hooks|timers|crypto|child_process|worker_threads)\b/;

const STRATEGY = /^src\/mm\/munmap\/(?!strategy\.ts|phases\.ts)[^/]+$/;
const STRATEGY_IMPORTS = /\/(rwsem|phases|strategy)\.js$/;
const ITERATING_CALLS = /^(forEach|map|flatMap|reduce|filter|every|some|fill|from)$/;
const MODEL_STATE = /^(Atomics|words|tables|frames|stats|vmaWords|vmaPages)$/;

const RWSEM = /^src\/mm\/rwsem[^/]*\.ts$/;

/** The places that map names to what they stand for, and so may know the names. */
const REGISTRIES = ['src/mm/kernels.ts', 'src/mm/munmap/strategy.ts'];
const REGISTERED_NAMES = new Set([...kernelNames(), 'threads', 'virtual', 'explore']);

const FILE_LINES_MAX = 300;

function impurity(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node) && IMPURE_NAMES.test(node.text)) {
    const owner = ts.isPropertyAccessExpression(node.parent) ? node.parent.expression : node;
    return owner === node ? `${node.text} is the engine's to hand in` : undefined;
  }
  const isModule = ts.isStringLiteral(node) && ts.isImportDeclaration(node.parent);
  return isModule && IMPURE_MODULES.test(node.text) ? `imports ${node.text}` : undefined;
}

function beyondLocksAndPhases(node: ts.Node): string | undefined {
  if (ts.isIterationStatement(node, false)) return 'a loop: that is a phase';
  if (ts.isStringLiteral(node) && ts.isImportDeclaration(node.parent)) {
    return STRATEGY_IMPORTS.test(node.text) ? undefined : `imports ${node.text}`;
  }
  if (ts.isElementAccessExpression(node)) return `reads an array: ${node.getText()}`;
  if (!ts.isIdentifier(node)) return undefined;
  if (MODEL_STATE.test(node.text)) return `touches the model's state: ${node.parent.getText()}`;
  const isCall = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
  return isCall && ITERATING_CALLS.test(node.text) ? `a loop in disguise: ${node.text}` : undefined;
}

function nameComparison(node: ts.Node): string | undefined {
  if (!ts.isStringLiteralLike(node) || !REGISTERED_NAMES.has(node.text)) return undefined;
  const { parent } = node;
  const isComparison =
    ts.isBinaryExpression(parent) && /^[!=]==?$/.test(parent.operatorToken.getText());
  return isComparison || ts.isCaseClause(parent) ? `branches on '${node.text}'` : undefined;
}

function unfinished(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any';
  if (ts.isSourceFile(node)) {
    return /@ts-(ignore|nocheck)/.test(node.text) ? 'silences the compiler' : undefined;
  }
  return /^(it|test|describe)\.(skip|only|todo)$/.test(node.getText()) ? node.getText() : undefined;
}

const mentions = (pattern: RegExp) => (node: ts.Node) => {
  const isName = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node);
  return isName && pattern.test(node.getText()) ? node.getText() : undefined;
};

function sizeAndName(tree: Tree): string[] {
  return Object.entries(tree).flatMap(([file, text]) => {
    const lines = text.split('\n').length - 1;
    const long = lines > FILE_LINES_MAX ? [`${file}: ${lines} lines`] : [];
    const drawer = /\/(utils|helpers?|common|misc)(\.|\/)/.test(file) ? [`${file}: a drawer`] : [];
    return [...long, ...drawer];
  });
}

const inMm = (text: string): Tree => ({ 'src/mm/x.ts': text });
const inStrategy = (text: string): Tree => ({ 'src/mm/munmap/x.ts': text });

checkRules([
  {
    name: 'kernel model, workloads and statistics read no clock, environment or machine',
    violations: byNode((file) => !isTest(file) && PURE_STAGES.includes(stageOf(file)), impurity),
    planted: [
      ...['Date.now();', 'new Date();', 'performance.now();', 'process.hrtime.bigint();'].map(inMm),
      { 'src/workload/x.ts': 'const home = process.env.HOME;' },
      { 'src/workload/x.ts': "import { cpus } from 'node:os';" },
      { 'src/stats/x.ts': 'setTimeout(() => {}, 1);' },
    ],
    innocent: [inMm('// Date.now() is banned\ncpu.process();'), { 'src/cli/x.ts': 'Date.now();' }],
  },
  {
    name: 'every random number comes from a seed',
    violations: byNode(() => true, mentions(/^Math\.random$/)),
    planted: [{ 'src/cli/x.ts': 'Math.random();' }, { 'src/mm/x.test.ts': 'f(Math.random);' }],
    innocent: [inMm('Math.round(1);')],
  },
  {
    name: 'a munmap strategy holds lock lines and phase calls only',
    violations: byNode((file) => STRATEGY.test(file) && !isTest(file), beyondLocksAndPhases),
    planted: [
      'for (;;) {}',
      'while (more()) zap();',
      'pages.forEach(zap);',
      'mm.words[0] = 1;',
      'Atomics.load(mm.words, 0);',
      'free(mm.frames);',
      "import { zapRange } from '../page-table.js';",
    ].map(inStrategy),
    innocent: [
      inStrategy("import { downRead } from '../rwsem.js';\nyield* downRead(cpu, mm.sem);"),
      { 'src/mm/munmap/phases.ts': 'for (;;) {}' },
    ],
  },
  {
    name: 'no branch on the name of a kernel or an engine outside the registries',
    violations: byNode((file) => !isTest(file) && !REGISTRIES.includes(file), nameComparison),
    planted: [
      { 'src/cli/x.ts': "if (kernel === 'patched') go();" },
      { 'src/engine/x.ts': "switch (kernel) { case 'pristine': go(); }" },
      { 'src/report/x.ts': "const real = plan.engine !== 'threads';" },
    ],
    innocent: [{ 'src/cli/x.ts': "const kernels = ['pristine', 'patched'];" }],
  },
  {
    name: 'one implementation of the rwsem count',
    violations: byNode((file) => !RWSEM.test(file), mentions(/^\w+_BIAS$/)),
    planted: [{ 'src/engine/x.ts': 'Atomics.add(words, sem, -WAITING_BIAS);' }],
    innocent: [{ 'src/mm/rwsem.ts': 'const WAITING_BIAS = -65536;' }],
  },
  {
    name: 'no any, no silenced compiler, no test left out',
    violations: byNode(() => true, unfinished),
    planted: ['let x: any;', '// @ts-' + 'ignore', "it.skip('x');", "it.only.each([])('x');"].map(
      inMm,
    ),
    innocent: [inMm("// any\nconst any = 'x.only()';\nreader.skip;")],
  },
  {
    name: 'files stay short and are named after an idea',
    violations: sizeAndName,
    planted: [inMm('\n'.repeat(FILE_LINES_MAX + 1)), { 'src/util/helpers.ts': '' }],
    innocent: [inMm('\n'.repeat(FILE_LINES_MAX)), { 'src/util/assert.ts': '' }],
  },
]);

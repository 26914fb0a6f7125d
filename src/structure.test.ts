/** The rules of structure that a reviewer would otherwise have to remember. */
import ts from 'typescript';
import { kernelNames } from './mm/kernels.js';
import { changesLock, goesRoundLock } from './testing/lock-rules.js';
import {
  byNode,
  checkRules,
  isFieldName,
  isTest,
  stageOf,
  type Tree,
} from './testing/structure-rules.js';
import { fraction, isVirtualTime, vagueOrder } from './testing/virtual-time-rules.js';

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
const EXPLORE = 'src/engine/explore/';
const EDITION = 'src/engine/explore/edition.ts';

/** The places that map names to what they stand for, and so may know the names. */
const REGISTRIES = ['src/mm/kernels.ts', 'src/mm/munmap/strategy.ts'];
const REGISTERED_NAMES = new Set([...kernelNames(), 'threads', 'virtual', 'explore']);

const WORKER_POOL = 'src/engine/worker-pool.ts';

const FILE_LINES_MAX = 300;

function impurity(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node) && IMPURE_NAMES.test(node.text) && !isFieldName(node)) {
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

function startsWorkers(node: ts.Node): string | undefined {
  const isNew = ts.isNewExpression(node) && /^(Piscina|Worker)$/.test(node.expression.getText());
  const isHeir = ts.isExpressionWithTypeArguments(node) && node.expression.getText() === 'Piscina';
  return isNew || isHeir ? `starts workers: ${node.getText()}` : undefined;
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
const inEngine = (text: string): Tree => ({ 'src/engine/threads/x.ts': text });
const inVirtual = (text: string): Tree => ({ 'src/engine/virtual/x.ts': text });
const inExplore = (text: string): Tree => ({ 'src/engine/explore/x.ts': text });

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
    innocent: [
      inMm('// Date.now() is banned\ncpu.process();'),
      inMm('interface Place { readonly process: number }'),
      { 'src/cli/x.ts': 'Date.now();' },
    ],
  },
  {
    name: 'virtual time knows no clock, and nothing of the machine it is computed on',
    violations: byNode((file) => isVirtualTime(file) && !isTest(file), impurity),
    planted: [
      'const now = performance.now();',
      'new Date();',
      'setTimeout(run, 1);',
      "import { availableParallelism } from 'node:os';",
      "import { setTimeout } from 'node:timers/promises';",
    ].map(inVirtual),
    innocent: [
      inVirtual("import { setFlagsFromString } from 'node:v8';\ncpu.now();"),
      { 'src/engine/virtual/engine.ts': 'performance.now();' },
    ],
  },
  {
    name: 'virtual time is whole nanoseconds, and no order in it is left to chance',
    violations: (tree) =>
      [fraction, vagueOrder].flatMap((offence) =>
        byNode((file) => isVirtualTime(file) && !isTest(file), offence)(tree),
      ),
    planted: [
      'timeNs += ns / 3;',
      'const mean = (a + b) / 2;',
      'Math.floor((half = ns / 2));',
      'Math.max(ns / 2, 1);',
      'timeNs /= 2;',
      'const capacity = 2 ** Math.ceil(n);',
      'timeNs += Math.log2(n);',
      'timeNs += 0.5;',
      'tasks.sort();',
      'a.localeCompare(b);',
    ].map(inVirtual),
    innocent: [
      'Math.floor((timeNs - end) / sliceNs) + 1;',
      'Math.round((ns * percent) / 100);',
      '(endNs / 1e9).toFixed(3);',
      'Math.round(ns * (noise / 2 ** 31));',
      '// half / of it',
      'tasks.sort((a, b) => a - b);',
    ].map(inVirtual),
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
    name: 'every worker comes from a pool that lets it end safely',
    violations: byNode((file) => file !== WORKER_POOL && !isTest(file), startsWorkers),
    planted: [
      'const pool = new Piscina({ filename });',
      'class Pool extends Piscina {}',
      "new Worker('./worker.js');",
    ].map(inEngine),
    innocent: [
      inEngine('const pool = new WorkerPool({ filename });'),
      { [WORKER_POOL]: 'export class WorkerPool extends Piscina {}' },
    ],
  },
  {
    name: 'one implementation of the rwsem count',
    violations: byNode((file) => !RWSEM.test(file) && !isTest(file), changesLock),
    planted: [
      'Atomics.add(words, at, -WAITING_BIAS);',
      'const { writeBias } = cpu.rwsem;',
      'count += cpu.rwsem.readBias;',
      'words[sem + SEM.count] = 0;',
      'km.words[mm.sem + SEM.owner]! += 1;',
      'words[(sem + SEM.count)]!++;',
      'words[SEM.owner + sem] ??= 1;',
      'Atomics.add(words, sem + SEM.count, 1);',
      'Atomics.compareExchange(words, sem + SEM.count, 0, 1);',
      'Atomics.store(words, sem + SEM.owner, 0);',
      'Atomics.or(words, mm.sem, 1);',
      'words[mm.sem] = 0;',
      'const at = sem + SEM.count;',
      'free(sem + SEM.count);',
      'const { count: COUNT } = SEM;',
      'const { head, ...rest } = SEM;',
      'const fields = SEM;',
      "words[sem + SEM['count']] = 0;",
      'words[sem + SEM[field]] = 0;',
      "import { SEM as S } from '../../mm/layout.js';",
    ].map(inEngine),
    innocent: [
      { 'src/mm/rwsem-wake.ts': 'Atomics.add(words, sem + SEM.count, cpu.rwsem.readBias);' },
      { 'src/mm/rwsem-races.test.ts': 'Atomics.sub(words, sem + SEM.count, 1);' },
      { 'src/engine/threads/testing/x.ts': 'words[sem + SEM.owner] = 2;' },
      {
        'src/mm/osq.ts':
          'Atomics.exchange(words, sem + SEM.osqTail, 1); words[sem + SEM.tail] = 0;',
      },
      { 'src/mm/layout.ts': 'export const SEM = { count: 0, owner: 1 };' },
      inEngine(
        'Object.values(SEM); Object.entries(SEM); type Fields = keyof typeof SEM; const { head } = SEM;',
      ),
      inEngine('if (words[sem + SEM.count]! <= 0) hex(words[mm.sem + SEM.owner]! + 1);'),
      inEngine('Atomics.load(words, sem + SEM.count); const count = -words[sem]!;'),
      inEngine('describe(word(SEM.count)); const busy = words[sem + SEM[field]] !== 0;'),
      inEngine("const find = 'Atomics.add(words, sem + SEM.count, writeBias);';"),
    ],
  },
  {
    name: 'the explore engine runs src/mm/rwsem.ts itself, and through its face',
    violations: byNode((file) => file.startsWith(EXPLORE) && !isTest(file), goesRoundLock),
    planted: [
      ...[
        "import { downRead } from '../../mm/rwsem.js';",
        "import * as rwsem from '../../mm/rwsem.js';",
        "import { waitForRead } from '../../mm/rwsem-wait.js';",
        "import { osqLock } from '../../mm/osq.js';",
        "import { enqueue } from '../../mm/wait-list.js';",
        "import '../../mm/spinlock.js';",
        "import type * as lock from './rwsem.js';",
        "export { downRead } from '../../mm/rwsem.js';",
        "const lock = await import('../../mm/rwsem.js');",
      ].map(inExplore),
      { [EDITION]: "import * as rwsem from './rwsem.js';" },
      { [EDITION]: 'export const REAL_LOCK = { downRead };' },
      {
        [EDITION]:
          "import * as rwsem from '../../mm/rwsem.js';\nexport const REAL_LOCK = { ...rwsem };",
      },
    ],
    innocent: [
      { [EDITION]: "import * as rwsem from '../../mm/rwsem.js';\nconst REAL_LOCK: Lock = rwsem;" },
      { [EDITION]: 'await import(url);' },
      inExplore("import type * as rwsem from '../../mm/rwsem.js';"),
      inExplore("import { READER_OWNED } from '../../mm/rwsem.js';"),
      inExplore("import { policyByName } from '../../mm/rwsem-policy.js';"),
      inExplore("import { LOCK_SCENARIOS } from './scenarios/lock.js';"),
      {
        'src/engine/explore/scenarios/x.ts':
          "import { killTask, queuedTasks } from '../../../mm/wait-list.js';",
      },
      { 'src/engine/explore/x.test.ts': "import { downRead } from '../../mm/rwsem.js';" },
      inEngine("import { downRead } from '../../mm/rwsem.js';"),
    ],
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

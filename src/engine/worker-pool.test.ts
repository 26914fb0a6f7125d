/** Workers that end in the middle of what V8 or Node does for them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as WorkerPoolModule from './worker-pool.js';

const POOL = new URL('../../dist/engine/worker-pool.js', import.meta.url).href;
const POOLS = 24;

/**
 * Leaves V8 four long functions to compile, whose constants it has to allocate, and a heap close to its
 * limit.
 */
const HOT_WORKER = `
const vm = require('node:vm');
const names = ['f0', 'f1', 'f2', 'f3'];
const fields = Array.from({ length: 60 }, (_, field) => 'c' + field);
vm.runInThisContext(names.map((name) => {
  const terms = Array.from({ length: 600 }, (_, i) => 's = s * 0.5 + of_' + name + '.c' + i % 60);
  return 'const of_' + name + ' = {' + fields.map((field, i) => field + ': ' + i + '.5') + '};' +
    'function ' + name + '(s) {' + terms.join(';') + '; return s; }';
}).join('\\n'));
const watch = vm.runInThisContext('(f) => %PrepareFunctionForOptimization(f)');
const compile = vm.runInThisContext('(f) => %OptimizeFunctionOnNextCall(f, "concurrent")');

let large;
module.exports = () => {
  const functions = names.map((name) => vm.runInThisContext(name));
  for (const f of functions) {
    watch(f);
    f(1.5);
    f(1.5);
  }
  for (const f of functions) {
    compile(f);
    f(1.5);
  }
  large = new Uint8Array(50 * 2 ** 20);
  return large.length;
};
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-pool-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** One that ends half-way through a `require` of it aborts the process, now and then. */
test('workers load a module by import', async () => {
  const worker = path.join(folder, 'worker.mjs');
  writeFileSync(worker, 'const { stack } = new Error(); export default () => stack;');
  const { WorkerPool } = (await import(POOL)) as typeof WorkerPoolModule;
  const pool = new WorkerPool({ filename: worker, maxThreads: 1 });
  const loading = String(await pool.run(undefined));
  await pool.destroy();
  expect(loading).toContain('worker.mjs:1');
  expect(loading).not.toContain('cjs/loader');
});

/** Without the pool's flag, nine of ten such processes of Node 20 abort. */
test('workers that end while V8 compiles their code do not take the process with them', async () => {
  const worker = path.join(folder, 'worker.cjs');
  writeFileSync(worker, HOT_WORKER);
  const program = `
    const { WorkerPool } = await import(${JSON.stringify(POOL)});
    let ended = 0;
    const options = {
      filename: ${JSON.stringify(worker)},
      maxThreads: 1,
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    };
    const endSome = async () => {
      while (ended < ${POOLS}) {
        ended += 1;
        const pool = new WorkerPool(options);
        await pool.run();
        await pool.destroy();
      }
    };
    await Promise.all([endSome(), endSome()]);
    console.log(ended);`;
  const argv = ['--allow-natives-syntax', '--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  expect(stdout).toBe(`${POOLS}\n`);
});

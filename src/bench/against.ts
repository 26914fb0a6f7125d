/**
 * Compares the micro-benchmarks of another revision with the ones built here. The revision is built
 * in a work tree of its own; then the two sides run in turn, A B B A, every time in a fresh process,
 * because one process's JIT and heap history would weigh on all of its repeats alike.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseBenchDocument } from './bench-document.js';
import { BenchError } from './bench-error.js';
import { complaintIn, runChild } from './child-process.js';
import type { RoundPair } from './compare-rows.js';
import type { Row } from './measure.js';

/** Few, because a round measures both sides again in fresh processes. */
const REPEATS_PER_ROUND = 3;

const BENCH = path.join('dist', 'bench', 'main.js');

export interface AgainstHooks {
  readonly signal: AbortSignal;
  readonly onStage: (what: string) => void;
}

/** The top of this checkout; its commit hash of `revision`. */
async function resolveRevision(
  revision: string,
  signal: AbortSignal,
): Promise<{ root: string; commit: string }> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  // Installed as a package, this file may lie inside somebody else's repository.
  const top = await runChild('git', ['rev-parse', '--show-prefix'], { cwd: root, signal });
  if (!top.ok || top.stdout.trim() !== '') {
    throw new BenchError('--against needs a git checkout of mmsem-bench, and this is not one');
  }
  const name = `${revision}^{commit}`;
  const args = ['rev-parse', '--quiet', '--verify', name];
  const found = await runChild('git', args, { cwd: root, signal });
  if (!found.ok) {
    throw new BenchError(`--against expects a git revision such as HEAD~1, not '${revision}'`);
  }
  return { root, commit: found.stdout.trim() };
}

async function build(
  tree: string,
  revision: string,
  { signal, onStage }: AgainstHooks,
): Promise<void> {
  onStage(`building ${revision}`);
  const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund'];
  const built = await runChild('npm', args, { cwd: tree, signal, show: true });
  if (!built.ok) throw new BenchError(`npm ci failed in a work tree of ${revision}`);
  if (!existsSync(path.join(tree, BENCH))) {
    throw new BenchError(`${revision} has no micro-benchmarks (${BENCH})`);
  }
}

async function measureOnce(
  tree: string,
  label: string,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const args = [path.join(tree, BENCH), '--json', '--repeats', String(REPEATS_PER_ROUND)];
  const { ok, stdout, stderr } = await runChild(process.execPath, args, { cwd: tree, signal });
  if (!ok) throw new BenchError(`the benchmarks of ${label} failed: ${complaintIn(stderr)}`);
  return parseBenchDocument(stdout, label).rows;
}

async function alternate(
  trees: { base: string; candidate: string },
  revision: string,
  rounds: number,
  { signal, onStage }: AgainstHooks,
): Promise<RoundPair[]> {
  const pairs: RoundPair[] = [];
  for (let round = 0; round < rounds; round++) {
    const measured: { base: readonly Row[]; candidate: readonly Row[] } = {
      base: [],
      candidate: [],
    };
    const order =
      round % 2 === 0 ? (['base', 'candidate'] as const) : (['candidate', 'base'] as const);
    for (const side of order) {
      const label = side === 'base' ? revision : 'this tree';
      onStage(`round ${round + 1} of ${rounds}: ${label}`);
      measured[side] = await measureOnce(trees[side], label, signal);
    }
    pairs.push(measured);
  }
  return pairs;
}

/** Throws BenchError for what the user can put right. The work tree is removed however this ends. */
export async function runAgainst(
  revision: string,
  rounds: number,
  hooks: AgainstHooks,
): Promise<RoundPair[]> {
  const { root, commit } = await resolveRevision(revision, hooks.signal);
  const scratch = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-against-'));
  const tree = path.join(scratch, 'tree');
  try {
    const args = ['worktree', 'add', '--detach', tree, commit];
    const added = await runChild('git', args, { cwd: root, signal: hooks.signal });
    if (!added.ok) throw new BenchError(`git worktree: ${complaintIn(added.stderr)}`);
    await build(tree, revision, hooks);
    return await alternate({ base: tree, candidate: root }, revision, rounds, hooks);
  } finally {
    // Retries, because a child that was ended may still have been writing. Its own signal: the
    // user's may be what brought us here.
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    await runChild('git', ['worktree', 'prune'], {
      cwd: root,
      signal: new AbortController().signal,
    });
  }
}

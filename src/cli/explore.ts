/** `mmsem-bench explore`: the rwsem under an adversary that decides who makes the next step. */
import { RunFailed } from '../engine/engine.js';
import { brokenLockByName } from '../engine/explore/broken-locks.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import type { ExplorationDocument } from '../report/exploration.js';
import type { Exploration } from '../samples/exploration.js';
import type { Command } from './command.js';
import type { CommandLine } from './command-line.js';
import { EXIT, SIGNAL_EXIT } from './exit-code.js';
import { LOCK, OPERANDS, OUTPUT_HERE, REPLAY, SEARCH } from './explore-options.js';
import { readReplay } from './explore-replay.js';
import { exploreRequest, type ReplayRequest, type SearchRequest } from './explore-request.js';
import { runSearches, type Explore } from './explore-run.js';
import { replayable } from './failure.js';
import { chooseOutput, type OutputChoice } from './output-choice.js';
import { isColored, widthOf } from './terminal.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

const EPILOGUE = `A schedule that goes wrong is made short and printed step by step, with the string that repeats it.
Exit codes: 0 nothing found, 1 a counterexample (that of --broken and --replay too), 2 wrong usage
or a string that does not fit, 5 the run failed, or a broken lock was not caught; 130, 143, 129
interrupted by SIGINT, SIGTERM, SIGHUP: what was covered is printed, marked as not exhaustive.`;

type Render = typeof import('../report/exploration-table.js').renderExploration;

/** The command with an engine to be loaded when it is certain that there is something to search. */
export function exploreCommand(loadEngine: () => Promise<Explore>): Command {
  return {
    description:
      'Looks for an order of steps that breaks the reader-writer semaphore: tasks of a scenario make\n' +
      'one step at a time, and every interleaving within a bound is tried, or many by chance.',
    operands: OPERANDS,
    groups: { Lock: LOCK, Search: { ...SEARCH, ...REPLAY }, Output: OUTPUT_HERE },
    epilogue: () => EPILOGUE,
    run: (commandLine, world) => exploreRun(commandLine, world, loadEngine),
  };
}

export const explore = exploreCommand(
  async () => (await import('../engine/explore/explore.js')).explore,
);

async function exploreRun(
  commandLine: CommandLine,
  world: World,
  loadEngine: () => Promise<Explore>,
): Promise<number> {
  const request = exploreRequest(commandLine);
  const output = chooseOutput(commandLine);
  switch (request.kind) {
    case 'list':
      return printList(output, world);
    case 'replay':
      return replayable(request.again, () => replayAndPrint(request, output, world));
    case 'search':
      return replayable(request.again, async () =>
        searchAndPrint(request, output, world, await loadEngine()),
      );
  }
}

async function printList({ color }: OutputChoice, { stdout, env }: World): Promise<number> {
  const { explorationList } = await import('./explore-list.js');
  await writeOut(stdout, explorationList(isColored(color, env, stdout), widthOf(stdout)));
  return EXIT.ok;
}

async function replayAndPrint(
  request: ReplayRequest,
  output: OutputChoice,
  world: World,
): Promise<number> {
  const exploration = await readReplay(request);
  const document = await documentOf([exploration], null, false);
  const { renderReplay } = await import('../report/exploration-table.js');
  await print(document, renderReplay, output, world);
  return exitCodeOf([exploration]);
}

async function searchAndPrint(
  request: SearchRequest,
  output: OutputChoice,
  world: World,
  engine: Explore,
): Promise<number> {
  const { explorations, stop } = await runSearches(request, output.quiet, world, engine);
  try {
    const signal = stop.received();
    const document = await documentOf(explorations, request.seed, signal !== undefined);
    const { renderExploration } = await import('../report/exploration-table.js');
    await print(document, renderExploration, output, world);
    if (signal !== undefined) return SIGNAL_EXIT[signal];
    assertCaught(explorations);
    return exitCodeOf(explorations);
  } finally {
    stop.release();
  }
}

/**
 * A search that lets a broken lock pass says nothing about the lock itself. Throws RunFailed, after
 * the results are out.
 */
function assertCaught(explorations: readonly Exploration[]): void {
  const missed = explorations.filter(
    ({ broken, counterexample }) => broken !== undefined && counterexample === undefined,
  );
  if (missed.length === 0) return;
  const names = missed.map(({ broken }) => broken).join(', ');
  throw new RunFailed(`not caught: ${names}; give the search more --bound, --schedules or --time`);
}

function exitCodeOf(explorations: readonly Exploration[]): number {
  const isBroken = explorations.some(({ counterexample }) => counterexample !== undefined);
  return isBroken ? EXIT.lockBroken : EXIT.ok;
}

async function documentOf(
  explorations: readonly Exploration[],
  seed: number | null,
  partial: boolean,
): Promise<ExplorationDocument> {
  const { buildExploration } = await import('../report/exploration.js');
  return buildExploration({ tool: toolFacts(), host: hostFacts(), seed, partial, explorations });
}

async function print(
  document: ExplorationDocument,
  render: Render,
  { json, color }: OutputChoice,
  { stdout, env }: World,
): Promise<void> {
  const { formatExploration } = await import('../report/exploration.js');
  const width = widthOf(stdout);
  const text = json
    ? formatExploration(document)
    : render(document, {
        color: isColored(color, env, stdout),
        describeLock: (name) => brokenLockByName(name).title,
        ...(width === undefined ? {} : { width }),
      });
  await writeOut(stdout, text);
}

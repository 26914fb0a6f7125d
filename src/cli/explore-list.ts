/** What `mmsem-bench explore` prints when nothing is asked: what there is to ask for. */
import { Chalk } from 'chalk';
import { BROKEN_LOCKS } from '../engine/explore/broken-locks.js';
import { describeScenarios } from '../engine/explore/scenarios/index.js';
import { describePolicies } from '../mm/rwsem-policy.js';
import { renderGrid, wrapText } from '../report/grid.js';

interface Entry {
  readonly name: string;
  readonly title: string;
}

const EXAMPLES: readonly Entry[] = [
  { name: 'mmsem-bench explore all', title: 'every scenario under the first policy' },
  { name: 'mmsem-bench explore trylock --policy all', title: 'one scenario under every policy' },
  { name: 'mmsem-bench explore --broken all', title: 'shows that broken locks are caught' },
  { name: "mmsem-bench explore --replay '...'", title: 'one schedule, step by step' },
];

/** Within `width` columns where words can be broken. Ends with a newline. */
export function explorationList(color: boolean, width = 100): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const block = (heading: string, entries: readonly Entry[]): string => {
    // Names in one width throughout, so that all titles stand below one another.
    const nameWidth = Math.max(NAME_WIDTH, ...entries.map(({ name }) => name.length));
    const rows = entries.flatMap(({ name, title }) =>
      wrapText(title, Math.max(TITLE_WIDTH_MIN, width - nameWidth - INDENT.length - 2)).map(
        (line, i) => [
          { text: INDENT + (i === 0 ? name : '').padEnd(nameWidth), paint: chalk.cyan },
          { text: line },
        ],
      ),
    );
    return `${[chalk.bold(heading), ...renderGrid(rows)].join('\n')}\n`;
  };
  return [
    block('Scenarios: tasks on one lock, in every order of their steps', describeScenarios()),
    block('Policies, for --policy: how the lock decides', describePolicies()),
    block('Broken locks, for --broken: each is one change away from the lock', BROKEN_LOCKS),
    block('To search', EXAMPLES),
  ].join('\n');
}

const INDENT = '  ';
const TITLE_WIDTH_MIN = 30;
const NAME_WIDTH = Math.max(
  ...[describeScenarios(), describePolicies(), BROKEN_LOCKS].flat().map(({ name }) => name.length),
);

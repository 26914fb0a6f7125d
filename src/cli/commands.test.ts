import { describe, expect, it } from 'vitest';
import { RunFailed } from '../engine/engine.js';
import type { CommandLine } from './command-line.js';
import type { Command, CommandEntry } from './command.js';
import { COMMANDS } from './commands.js';
import { EXIT } from './exit-code.js';
import { replayable } from './failure.js';
import { runCommand } from './main.js';
import { nameOf, wholeNumber, type ValueOption } from './option-value.js';
import { chooseOutput } from './output-choice.js';
import { OUTPUT } from './output-options.js';
import { readValues } from './setting.js';
import { FakeWorld } from './testing/fake-world.js';
import { UsageError } from './usage-error.js';
import { writeOut } from './write-out.js';

const OPTIONS = {
  seed: {
    flags: '-s, --seed <N>',
    help: 'seed of every random decision, 0 to 9',
    expects: 'a whole number from 0 to 9',
    parse: wholeNumber(0, 9),
    preset: '1',
  },
  limit: {
    flags: '--limit <N>',
    help: 'stop after N steps, 1 to 100',
    expects: 'a whole number from 1 to 100',
    parse: wholeNumber(1, 100),
  },
} satisfies Record<string, ValueOption<unknown>>;

const OPERANDS = {
  scenario: {
    word: 'SCENARIO',
    help: 'what to do: wake, steal',
    expects: 'the name of a scenario (wake, steal)',
    parse: nameOf('scenario', ['wake', 'steal']),
    required: true,
  },
  again: {
    word: 'AGAIN',
    help: 'how often',
    expects: 'a whole number from 1 to 9',
    parse: wholeNumber(1, 9),
    preset: '1',
  },
} as const;

/** Prints what it was given, or does what `fails` says. */
const frob = (fails?: () => unknown): Command => ({
  description: 'Frobs the simulated kernel.',
  operands: OPERANDS,
  groups: {
    Frobbing: OPTIONS,
    Output: { json: OUTPUT.json, color: OUTPUT.color, 'no-color': OUTPUT['no-color'] },
  },
  epilogue: () => 'Exit codes: 0 done, 2 wrong usage',
  run: async (commandLine: CommandLine, world) => {
    const { seed, limit } = readValues(OPTIONS, commandLine.settings);
    const { scenario, again } = readValues(OPERANDS, commandLine.settings);
    const output = chooseOutput(commandLine);
    const said = { scenario, again, seed, limit: limit ?? 'none', ...output };
    return replayable(`npx mmsem-bench frob ${scenario} --seed ${seed}`, async () => {
      if (fails !== undefined) throw fails();
      await writeOut(world.stdout, JSON.stringify(said));
      return EXIT.ok;
    });
  },
});

const bare: Command = {
  description: 'Takes nothing.',
  groups: {},
  run: () => Promise.resolve(EXIT.runFailed),
};

const entriesWith = (command: Command): CommandEntry[] => [
  { name: 'frob', summary: 'frobs the kernel', load: () => Promise.resolve(command) },
  { name: 'bare', summary: 'takes nothing', load: () => Promise.resolve(bare) },
];

async function run(
  line: string,
  entries = entriesWith(frob()),
): Promise<{ exitCode: number; stdout: string; stderr: string; compared: number }> {
  const world = new FakeWorld(() => Promise.reject(new RunFailed('the comparison ran')));
  const exitCode = await runCommand(line.split(' ').filter(Boolean), world, entries);
  const { stdout, stderr, plans } = world;
  return { exitCode, stdout: stdout.text, stderr: stderr.text, compared: plans.length };
}

describe('a command', () => {
  it('gets its values, presets where none are given', async () => {
    const { exitCode, stdout, stderr, compared } = await run('frob wake');
    expect([exitCode, stderr, compared]).toEqual([0, '', 0]);
    expect(JSON.parse(stdout)).toEqual({
      ...{ scenario: 'wake', again: 1, seed: 1, limit: 'none' },
      ...{ json: false, color: 'auto', quiet: false },
    });
  });

  it('takes options before and after its words', async () => {
    const { stdout } = await run('frob -s3 steal --limit=7 4 --json --no-color');
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ scenario: 'steal', again: 4, seed: 3, limit: 7, json: true, color: 'never' },
    });
  });

  it('decides its exit code', async () => {
    expect((await run('bare')).exitCode).toBe(EXIT.runFailed);
  });

  it('is a command only in front', async () => {
    const { exitCode, stderr } = await run('--json frob');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`unexpected argument 'frob'`);
  });

  it('is not what an option alone asks for', async () => {
    expect((await run('--json')).compared).toBe(1);
    expect((await run('')).compared).toBe(1);
  });
});

describe('wrong usage of commands', () => {
  it.each([
    ['frobb', `unknown command 'frobb' (did you mean 'frob'?) (see --help)`],
    ['BARE', `unknown command 'BARE' (did you mean 'bare'?) (see --help)`],
    ['word --json', `unknown command 'word'; there are frob, bare (see --help)`],
    ['frob', 'SCENARIO takes the name of a scenario (wake, steal), and none is given'],
    [
      'frob waek',
      `SCENARIO takes the name of a scenario (wake, steal); there is no scenario 'waek'`,
    ],
    ['frob wake 10', `AGAIN takes a whole number from 1 to 9; '10' is out of range`],
    [
      'frob wake 1 x',
      `unexpected argument 'x': the usage is mmsem-bench frob [options] <SCENARIO>`,
    ],
    ['frob wake --seed x', `--seed takes a whole number from 0 to 9, not 'x'`],
    ['frob wake --seed', '--seed takes a whole number from 0 to 9, and none is given'],
    ['frob wake --sede 1', `unknown option '--sede' (did you mean '--seed'?)`],
    ['frob wake --json=1', '--json takes no value'],
    ['frob wake --kernels pristine', `unknown option '--kernels'`],
    ['frob wake --color sometimes', `--color takes always, never or auto, not 'sometimes'`],
    ['bare x', `unexpected argument 'x': options are --name value (see mmsem-bench bare --help)`],
    ['bare --json', `unknown option '--json'`],
  ])('%s', async (line, expected) => {
    const { exitCode, stdout, stderr, compared } = await run(line);
    expect(stderr).toContain(`mmsem-bench: ${expected}`);
    expect(stderr).toMatch(/^[^\n]+ \(see (mmsem-bench (frob|bare) )?--help\)\n$/);
    expect([exitCode, stdout, compared]).toEqual([2, '', 0]);
  });

  it('names the help text of the command', async () => {
    expect((await run('frob wake -s')).stderr).toContain(' (see mmsem-bench frob --help)\n');
    expect((await run('frob wake --json -s')).stderr).toContain('--seed takes a whole number');
  });
});

describe('a command that fails', () => {
  it('says how to run it again', async () => {
    const { exitCode, stderr } = await run(
      'frob wake',
      entriesWith(frob(() => new RunFailed('two writers'))),
    );
    expect(exitCode).toBe(5);
    expect(stderr).toBe(
      'mmsem-bench: the run failed: two writers\n' +
        'to run it again: npx mmsem-bench frob wake --seed 1\n',
    );
  });

  it('does not say so when it was called wrongly', async () => {
    const wrong = entriesWith(frob(() => new UsageError('no such file')));
    expect((await run('frob wake', wrong)).stderr).toBe(
      'mmsem-bench: no such file (see mmsem-bench frob --help)\n',
    );
  });

  it('to load is a bug', async () => {
    const broken = [{ name: 'x', summary: '', load: () => Promise.reject(new TypeError('no')) }];
    const { exitCode, stderr } = await run('x', broken);
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/^mmsem-bench: this is a bug in mmsem-bench: TypeError: no\n/);
  });
});

describe('--help and --version', () => {
  it('--help of a command is its own, whatever else is there or missing', async () => {
    for (const line of ['frob --help', 'frob -h wake --seed x', 'frob nonsense -h']) {
      const { exitCode, stdout, stderr } = await run(line);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout.split('\n')).toEqual([
        'Usage: mmsem-bench frob [options] <SCENARIO> [AGAIN]',
        '',
        'Frobs the simulated kernel.',
        '',
        'Arguments:',
        '  SCENARIO        what to do: wake, steal',
        '  AGAIN           how often [1]',
        '',
        'Frobbing:',
        '  -s, --seed <N>  seed of every random decision, 0 to 9 [1]',
        '  --limit <N>     stop after N steps, 1 to 100',
        '',
        'Output:',
        '  --json          print one JSON document instead of the table',
        '  --color <WHEN>  always, never (--no-color) or auto; see also NO_COLOR, FORCE_COLOR [auto]',
        '  -V, --version   print the version and exit',
        '  -h, --help      print this text and exit',
        '',
        'Exit codes: 0 done, 2 wrong usage',
        '',
      ]);
    }
  });

  it('every command has them, also one that declares nothing', async () => {
    expect((await run('bare --help')).stdout).toContain('Options:\n  -V, --version');
    expect((await run('bare -V')).stdout).toMatch(/^mmsem-bench \d+\.\d+\.\d+\n$/);
  });

  it('--help of the comparison lists the commands', async () => {
    const { stdout } = await run('--help');
    expect(stdout).toContain('\n  frob  frobs the kernel\n  bare  takes nothing\n');
    expect((await run('--help', [])).stdout).not.toContain('Commands');
  });
});

describe('the registry', () => {
  it('has names and summaries that fit the list', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    for (const { name, summary } of COMMANDS) {
      expect(name).toMatch(/^[a-z][a-z-]*$/);
      expect(summary).toMatch(/^[^\n]{1,80}$/);
    }
  });

  it('has commands whose help fits the screen and whose names do not clash', async () => {
    for (const { name, load } of COMMANDS) {
      const { exitCode, stdout } = await run(`${name} --help`, [...COMMANDS]);
      expect([name, exitCode]).toEqual([name, 0]);
      const lines = stdout.split('\n');
      expect(lines.length).toBeLessThanOrEqual(46);
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
      const { groups, operands = {} } = await load();
      const declared = [...Object.values(groups), operands].flatMap((table) => Object.keys(table));
      expect(declared).toEqual([...new Set(declared)]);
    }
  });
});

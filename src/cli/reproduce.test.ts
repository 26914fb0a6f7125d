/** The reproduce command: its words, what it saves and checks, and the committed results. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RunFailed } from '../engine/engine.js';
import { toolFacts } from '../report/facts.js';
import { buildReproductions } from '../report/reproduction.js';
import {
  betweenMarks,
  renderReproductions,
  reproductionsMarkdown,
} from '../report/reproduction-table.js';
import { studyNames } from '../reproduction/studies.js';
import { packageFile } from '../util/package-file.js';
import { runCommand as runInProcess } from './main.js';
import { describeFailure } from './failure.js';
import { COMMITTED, checkAgainst, savedIn } from './saved-reproductions.js';
import { ensureBuilt, runCommand } from './testing/built-command.js';
import { FakeWorld } from './testing/fake-world.js';

/** The cheapest there is. */
const CHEAP = 'fault-scaling';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'mmsem-reproduce-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('what is committed', () => {
  it('holds every reproduction there is', () => {
    expect(savedIn(COMMITTED).map(({ name }) => name)).toEqual(studyNames());
    expect(readdirSync(COMMITTED).sort()).toEqual(
      studyNames()
        .map((name) => `${name}.json`)
        .sort(),
    );
  });

  it('is what the README says', () => {
    const readme = readFileSync(packageFile('README.md'), 'utf8');
    expect(betweenMarks(readme, reproductionsMarkdown(savedIn(COMMITTED)))).toBe(readme);
  });

  it('counts no fitted figure as predicted, and names what was fitted', () => {
    for (const { rows, fitted } of savedIn(COMMITTED)) {
      expect(fitted).not.toEqual([]);
      for (const { standing, published, ratio, source, ours } of rows) {
        const isAlone = standing === 'no published value';
        expect([published === null, ratio === null, source === '']).toEqual([
          isAlone,
          isAlone,
          isAlone,
        ]);
        if (published !== null) expect(ratio! / (ours / published)).toBeCloseTo(1, 2);
      }
    }
  });

  it('is within 10 % for munmap, and within 20 % for faults at every published count', () => {
    const ratios = (name: string, what = ''): number[] => {
      const { rows } = savedIn(COMMITTED).find((reproduction) => reproduction.name === name)!;
      return rows
        .filter((row) => row.standing === 'predicted' && row.name.endsWith(what))
        .map(({ ratio }) => ratio!);
    };
    for (const ratio of ratios('munmap-duration', ', all'))
      expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
    for (const ratio of ratios('fault-scaling')) expect(Math.abs(ratio - 1)).toBeLessThan(0.2);
    expect(ratios('fault-scaling')).toHaveLength(4);
  });
});

describe('from outside', () => {
  beforeAll(ensureBuilt);

  it('runs a reproduction, saves it, and puts the table of what is saved into a file', async () => {
    const readme = path.join(directory, 'README.md');
    const marks = /<!-- reproductions.*?-->|<!-- end of reproductions -->/g;
    const place = readFileSync(packageFile('README.md'), 'utf8').match(marks)!.join('\n');
    writeFileSync(readme, `before\n${place}\nafter\n`);
    const argv = ['reproduce', CHEAP, '--save', directory, '--readme', readme];
    const { status, stdout, stderr } = await runCommand(argv);
    expect([status, stderr]).toEqual([0, '']);
    const saved = savedIn(directory);
    expect(saved.map(({ name }) => name)).toEqual([CHEAP]);
    expect(stdout).toBe(renderReproductions(saved, { color: false }));
    const text = readFileSync(readme, 'utf8');
    expect(text).toBe(betweenMarks(text, reproductionsMarkdown(saved)));
    expect(text).toMatch(/^before\n<!--[^]*\| 4 threads \|[^]*-->\nafter\n$/);
    const committed = readFileSync(path.join(COMMITTED, `${CHEAP}.json`), 'utf8');
    expect(readFileSync(path.join(directory, `${CHEAP}.json`), 'utf8')).toBe(committed);
  });

  it('--check agrees with what is committed', async () => {
    const { status, stdout, stderr } = await runCommand(['reproduce', CHEAP, '--check', '--json']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(readFileSync(path.join(COMMITTED, `${CHEAP}.json`), 'utf8'));
  });
});

describe('in this process', () => {
  const world = (): FakeWorld =>
    new FakeWorld(() => Promise.reject(new Error('nothing was to run')));

  it('--list prints every name and runs nothing', async () => {
    const fake = world();
    expect(await runInProcess(['reproduce', '--list'], fake)).toBe(0);
    const names = fake.stdout.text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(names).toEqual(studyNames());
  });

  it.each([
    [['munmap-durations'], `there is no reproduction 'munmap-durations' (did you mean`],
    [['--readme', 'README.md'], '--readme shows what is saved: give --save as well'],
    [['--save', '/no/such/directory'], `directory '/no/such/directory' does not exist`],
  ])('refuses %j before anything runs', async (argv, message) => {
    const fake = world();
    expect(await runInProcess(['reproduce', ...argv], fake)).toBe(2);
    expect(fake.stderr.text).toContain(message);
    expect(fake.plans).toEqual([]);
  });

  it('refuses a file that has no place for the table', async () => {
    const fake = world();
    const file = path.join(directory, 'x.md');
    writeFileSync(file, 'nothing');
    expect(await runInProcess(['reproduce', '--save', directory, '--readme', file], fake)).toBe(2);
    expect(fake.stderr.text).toContain('has no place for the table');
    expect(readFileSync(file, 'utf8')).toBe('nothing');
  });

  it.each([
    ['{"schema": "mmsem-bench/repro', 'it is not JSON'],
    ['{}', 'it is no mmsem-bench/reproductions document'],
    [readFileSync(path.join(COMMITTED, 'hung-task.json'), 'utf8'), "it holds 'hung-task', not"],
  ])(
    'refuses a damaged file of those that the table is of, before anything runs',
    async (text, why) => {
      const fake = world();
      const [file, readme] = ['fault-scaling.json', 'x.md'].map((name) =>
        path.join(directory, name),
      );
      writeFileSync(file!, text);
      writeFileSync(readme!, readFileSync(packageFile('README.md')));
      const argv = ['reproduce', CHEAP, '--save', directory, '--readme', readme!];
      expect(await runInProcess(argv, fake)).toBe(2);
      expect(fake.stderr.text).toContain(`'${file!}' is no saved reproduction: ${why}`);
      expect(fake.stderr.text).toContain(
        `make it anew with npx mmsem-bench reproduce fault-scaling --save ${directory}`,
      );
      expect(fake.stderr.text.trimEnd()).not.toContain('\n');
      expect([fake.plans, readFileSync(file!, 'utf8')]).toEqual([[], text]);
    },
  );

  it('refuses a file that cannot be read', () => {
    mkdirSync(path.join(directory, 'fault-scaling.json'));
    expect(() => savedIn(directory)).toThrow(/fault-scaling.json' cannot be read \(EISDIR\); make/);
  });

  it('a check that finds a difference names it, what it was and is, and the remedy', () => {
    const [study, ...others] = savedIn(COMMITTED);
    // As if the model had not changed since they were committed.
    const { modelVersion } = toolFacts();
    const committed = new Map(
      [study!, ...others].map((one) => [one.name, buildReproductions(modelVersion, [one])]),
    );
    expect(() => {
      checkAgainst(committed, [study!, ...others]);
    }).not.toThrow();
    const [first, second, ...rest] = study!.rows;
    const rows = [first!, { ...second!, ours: 1 }, ...rest.map((row) => ({ ...row, ours: 2 }))];
    let failure: unknown;
    try {
      checkAgainst(committed, [{ ...study!, rows }, ...others]);
    } catch (error) {
      failure = error;
    }
    const { text, exitCode } = describeFailure(failure, 'help');
    expect(exitCode).toBe(5);
    expect(text.split('\n')).toEqual([
      'mmsem-bench: results/reproductions says otherwise',
      `  ${study!.name}: ${rows.length - 1} of ${rows.length} rows differ, first '${second!.name}': was ${second!.ours}, is 1 ${second!.unit}`,
      'to keep what is now: npx mmsem-bench reproduce --save results/reproductions --readme README.md',
      '',
    ]);
  });

  it('all experiments of a command share one session of the engine', async () => {
    const fake = world();
    let [opened, closed] = [0, 0];
    fake.loadEngine = () =>
      Promise.resolve({
        run: () => Promise.reject(new Error('not without a session')),
        open: () => {
          opened++;
          return {
            plansAtOnce: 2,
            run: () => Promise.reject(new RunFailed('broken')),
            close: () => {
              closed++;
              return Promise.resolve();
            },
          };
        },
      });
    expect(await runInProcess(['reproduce'], fake)).toBe(5);
    expect([opened, closed]).toEqual([1, 1]);
    expect(fake.stderr.text).toContain('the run failed: broken');
  });

  it('a signal before the first is complete: nothing is saved, and the shell is told', async () => {
    const fake = new FakeWorld((_plan, _hooks, self) => {
      self.signals.emit('SIGINT', 'SIGINT');
      return Promise.resolve({
        trials: [],
        partial: true,
        notes: [],
        startedAt: '',
        elapsedSeconds: 0,
      });
    });
    expect(await runInProcess(['reproduce', CHEAP, '--save', directory], fake)).toBe(130);
    expect(readdirSync(directory)).toEqual([]);
  });
});

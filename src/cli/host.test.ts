/** `host` with a stress-ng and simulations that give known figures. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostDocument } from '../report/host-document.js';
import { instanceOf } from '../samples/testing/instance.js';
import { packageFile } from '../util/package-file.js';
import type { CommandEntry } from './command.js';
import { EXIT } from './exit-code.js';
import { hostCommand } from './host.js';
import type { HostTools } from './host/host-tools.js';
import { readSimulated } from './host/simulate.js';
import { runCommand } from './main.js';
import { fakeYaml } from './testing/fake-stress-ng.js';
import { FakeWorld } from './testing/fake-world.js';

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-hosts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Calls {
  readonly real: string[];
  readonly simulated: string[];
}

const FAULTS = { total: 0, minor: 0, major: 0 };
const MACHINE = { release: '6.18.1', thp: 'madvise', maxMapCount: 65_530 };

/** Faults of the real kernel run by run, and of a simulated one per 20 bogo-ops. */
function tools(
  calls: Calls,
  real: readonly (number | undefined)[],
  simulated: readonly number[],
): HostTools {
  return {
    find: () => Promise.resolve({ program: 'stress-ng', version: '0.15.06' }),
    run: (_, args) => {
      const faults = real[calls.real.push(args.join(' ')) - 1];
      const own = args.includes('--dry-run') ? 1000 : 21_000;
      return Promise.resolve({
        yaml: fakeYaml({ faults, major: 5 }),
        faults: { ...FAULTS, total: own, minor: own },
      });
    },
    read: readSimulated,
    simulate: (argv) => {
      const at = calls.simulated.push(argv.join(' ')) - 1;
      const total = simulated[at]!;
      const run = (kernel: string, faults: number) => ({
        kernel,
        entries: [
          {
            stressor: 'mmap',
            instances: [
              instanceOf({ bogoOps: 20, realNs: 1e9, faults: [faults, faults - 5, 5, 100, 0] }),
            ],
          },
        ],
      });
      return Promise.resolve([run('pristine', total), run('patched', total * 1.1)]);
    },
    memory: () => ({ available: 2 ** 32, total: 2 ** 33 }),
    machine: () => MACHINE,
    ask: undefined,
  };
}

async function host(
  line: string,
  make: (calls: Calls, world: FakeWorld) => HostTools,
): Promise<Calls & { world: FakeWorld; status: number }> {
  const calls: Calls = { real: [], simulated: [] };
  const world = new FakeWorld(() => Promise.reject(new Error('no engine is needed')));
  const entry: CommandEntry = {
    name: 'host',
    summary: '',
    load: () => Promise.resolve(hostCommand(() => make(calls, world))),
  };
  const status = await runCommand(['host', ...line.split(' ')], world, [entry]);
  return { ...calls, world, status };
}

const LINE = '--mmap 1 --mmap-ops 20 --mmap-bytes 4M';

describe('host', () => {
  it('runs the same options on both sides, without ours on the real one', async () => {
    const { real, simulated, status } = await host(
      `${LINE} --kernels pristine --mmap-file`,
      (calls) => tools(calls, [20_000], [20_000]),
    );
    expect(status).toBe(EXIT.ok);
    expect(real).toEqual([`${LINE} --mmap-file --metrics --perf`]);
    expect(simulated).toEqual([
      '--mmap-compat 0.15.06 --linux 6.18 --thp madvise --max-map-count 65530 ' +
        `${LINE} --kernels pristine --mmap-file --seed 1`,
    ]);
  });

  it('prints the real column first, and says that one run tells little', async () => {
    const { world } = await host(LINE, (calls) => tools(calls, [20_000], [20_200]));
    const [head, , , ...rest] = world.stdout.text.split('\n');
    expect(head).toBe('stress-ng 0.15.06 beside simulated kernels, 1 run, page faults by perf');
    const table = rest.join('\n');
    expect(table).toMatch(/^mmap +Linux 6\.18\.1 +pristine +off +patched +off$/m);
    expect(table).toMatch(/^page faults\/bogo-op +1000 +1010 +\+1\.0 % +1111 +\+11\.1 %$/m);
    expect(table).toMatch(/^ {2}minor +999\.8 +1010 +1111$/m);
    expect(table).toMatch(/^ {2}major +0\.2500 +0\.2500 +0\.2500$/m);
    expect(table).toMatch(/^bogo-ops\/sec +10\.00 +20\.00 +20\.00$/m);
    expect(table).toMatch(/^page faults\/sec +10\.00 K +20\.20 K +22\.22 K$/m);
    expect(table).toContain('mmap: one run a side says nothing of chance: use --runs.');
    expect(table).not.toContain('off by more than');
  });

  it('marks what does not agree, by more than chance', async () => {
    const { world } = await host(`${LINE} --runs 3`, (calls) =>
      tools(calls, [20_000, 20_010, 20_020], [20_200, 20_210, 20_220]),
    );
    const { text } = world.stdout;
    expect(text).toMatch(/ \+11\.1 ±0\.\d % !$/m);
    expect(text).toContain('mmap: faults/bogo-op off by more than 3.0 %: patched (+11.1 %).');
    expect(text).not.toMatch(/pristine \(/);
  });

  it('repeats both with other seeds, and gives means, spread and how sure they are', async () => {
    const { real, simulated, world } = await host(`${LINE} --runs 3`, (calls) =>
      tools(calls, [18_000, 20_000, 22_000], [19_000, 20_000, 21_000]),
    );
    expect(real).toHaveLength(3);
    expect(new Set(real).size).toBe(1);
    expect(simulated.map((argv) => argv.slice(-8))).toEqual(['--seed 1', '--seed 2', '--seed 3']);
    expect(world.stdout.text).toMatch(
      /^page faults\/bogo-op +1000 ±100 +1000 ±50\.0 +0\.0 ±27\.8 % +1100 ±55\.0 +\+10\.0 ±30\.6 %$/m,
    );
    expect(world.stdout.text).toMatch(
      /^mmap: 3 runs tell to within 30\.6 %; about 65 would to within 3\.0 %\.$/m,
    );
  });

  it('counts on from a seed that is given, on both sides, and says what stress-ng makes of it', async () => {
    const { real, simulated, world } = await host(`${LINE} --seed 7 --runs 2`, (calls) =>
      tools(calls, [1, 1], [1, 1]),
    );
    expect(real).toEqual([
      `${LINE} --seed 7 --metrics --perf`,
      `${LINE} --seed 7 --seed 8 --metrics --perf`,
    ]);
    expect(simulated.map((argv) => argv.slice(-8))).toEqual(['--seed 7', '--seed 8']);
    expect(world.stdout.text).toContain('With a --seed below 4294967296 stress-ng draws from');
  });

  it('takes getrusage on both sides where stress-ng may not use perf, less what starting takes', async () => {
    const { real, world } = await host(LINE, (calls) => tools(calls, [undefined], [19_900]));
    expect(real.slice(1)).toEqual(
      Array.from({ length: 3 }, () => `${LINE} --metrics --perf --dry-run`),
    );
    expect(world.stdout.text).toContain('page faults by getrusage');
    expect(world.stdout.text).toMatch(/^page faults\/bogo-op +1000 +1000 +0\.0 % /m);
  });

  it('gives JSON that obeys its schema, and saves it', async () => {
    const { world, status } = await host(`${LINE} --json --save ${at('a.json')}`, (calls) =>
      tools(calls, [20_000], [20_200]),
    );
    expect(status).toBe(EXIT.ok);
    expect(readFileSync(at('a.json'), 'utf8')).toBe(world.stdout.text);
    const document = JSON.parse(world.stdout.text) as HostDocument;
    const schema = (name: string): object =>
      JSON.parse(readFileSync(packageFile(`results/${name}.schema.json`), 'utf8')) as object;
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
    ajv.addSchema(schema('result'));
    const isValid = ajv.compile(schema('host'));
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    const [real, pristine, patched] = document.stressors[0]!.kernels;
    expect([real!.agrees, pristine!.agrees, patched!.agrees]).toEqual([null, true, null]);
  });

  it('keeps the YAML of all runs, also when a later one fails', async () => {
    const file = at('all.yaml');
    const { status, world } = await host(`${LINE} --runs 3 -Y ${file}`, (calls) => {
      const whole = tools(calls, [1, 2, 3], []);
      return { ...whole, simulate: () => Promise.reject(new Error('planted')) };
    });
    expect(status).toBe(EXIT.runFailed);
    expect(world.stderr.text).toContain('planted');
    expect(readFileSync(file, 'utf8').match(/^---$/gm)).toHaveLength(3);
  });

  it('interrupted, says how far it came and where the runs are', async () => {
    const file = at('some.yaml');
    const interrupted = (options: string) =>
      host(`${LINE} --runs 2 ${options}`, (calls, { signals }) => ({
        ...tools(calls, [1, 2], []),
        simulate: () => {
          signals.emit('SIGINT', 'SIGINT');
          return Promise.resolve([]);
        },
      }));
    const { status, world } = await interrupted(`-Y ${file}`);
    expect([status, world.stdout.text]).toEqual([130, '']);
    expect(world.stderr.text).toBe(
      `mmsem-bench: interrupted after 2 of 2 runs of stress-ng, which '${file}' has, for compare\n`,
    );
    expect(readFileSync(file, 'utf8').match(/^---$/gm)).toHaveLength(2);
    const { world: other } = await interrupted('--kernels pristine');
    expect(other.stderr.text).toMatch(/2 of 2 runs of stress-ng, which are not kept: --yaml FILE/);
  });
});

describe('more than there is memory for', () => {
  const BIG = '--mmap 1 --mmap-ops 1 --mmap-bytes 80G';
  const answering = (answer: boolean | undefined) => (calls: Calls) => ({
    ...tools(calls, [20], [20]),
    ask:
      answer === undefined
        ? undefined
        : (question: string) => {
            expect(question).toMatch(
              /^stress-ng is to use 80 GiB, and 4 GiB .* Run it\? \[y\/N\] $/,
            );
            return Promise.resolve(answer);
          },
  });

  it.each([
    [BIG, undefined, EXIT.usage, 0],
    [BIG, false, EXIT.usage, 0],
    [BIG, true, EXIT.ok, 1],
    [`${BIG} --yes`, undefined, EXIT.ok, 1],
  ])('%s, answered %s: %i', async (line, answer, expected, runs) => {
    const { status, real } = await host(line, answering(answer));
    expect([status, real.length]).toEqual([expected, runs]);
  });
});

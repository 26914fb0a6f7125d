import { describe, expect, it } from 'vitest';
import { readStressLine } from './stress-line.js';
import { FAKE_HOGS, FAKE_HOST } from './testing/fake-hogs.js';
import { usageError } from './testing/read-line.js';

const VIRTUAL = '--engine virtual --machine e5-2680-32';

describe('wrong lines', () => {
  it.each([
    ['', 'no stress workers invoked: name a stressor, such as --mmap 1'],
    ['--mmap x', `value 'x' of number of mmap stressors contains non-numeric 'x'`],
    ['--mmap 9000', 'number of mmap stressors must be between 0 and 8192'],
    ['--mmap 1 --mmap-ops 0', 'value 0 is out of range for mmap-ops, allowed: 1 .. 100000000'],
    ['--mmap-ops 0 --mmap 1', 'value 0 is out of range for mmap-ops'],
    ['--mmap 1 --mmap-bytes 1K', 'value 1.0KB is out of range for mmap-bytes'],
    ['--mmap 1 --mmap-bytes 1.5M', 'mmap-bytes takes whole numbers'],
    ['--mmap 1 --vm-bytes 9Z', `illegal length specifier 'Z'`],
    ['--vm 1 --vm-method x', `vm-method must be one of: all flip, not 'x'`],
    ['--mmapfork 1 --mmapfork-procs 300', 'value 300 is out of range for mmapfork-procs'],
    ['--mmap 1 --nonsense', `unrecognized option '--nonsense'`],
    ['--mmap 1 --maximize --minimize', 'cannot invoke --maximize and --minimize options together'],
    ['--mmap 1 --seed 1 --no-rand-seed', 'cannot invoke --seed and --no-rand-seed'],
    ['--all 1 --sequential 1', 'cannot invoke --sequential and --all options together'],
    ['--mmap 1 --seed x', `value 'x' of seed contains non-numeric`],
    ['--random 3', '--random is not built'],
    ['--permute 3', '--permute is not built'],
    ['--class vm --mmap 1', '--class goes with --all N or --sequential N alone'],
    ['--with vm --mmap 1', '--with goes with --all N or --sequential N alone'],
    ['--class foo --all 1', `unknown class 'foo', available classes: `],
    ['--class foo?', `unknown class 'foo'`],
    ['--all 1 --exclude vn', `unknown stressor 'vn' in --exclude (did you mean 'vm'?)`],
    ['--all 1 --with vm,,mmap', `unknown stressor '' in --with`],
    ['--mmap 1 --taskset 0', '--taskset is for simulated machines'],
    [`--mmap 1 --timeout 1 ${VIRTUAL} --taskset 32`, 'invalid CPU 32 in taskset, allowed: 0 to 31'],
    [`--mmap 1 ${VIRTUAL}`, 'add --timeout T, such as --timeout 60s'],
    [`--mmap 1 --mmap-ops 1 --vm 1 ${VIRTUAL}`, 'add --timeout T'],
    [`--mmap 1 --timeout 0 ${VIRTUAL}`, '--timeout 0 is for ever, which no simulation is'],
    ['--mmap 1 --timeout 5x', `illegal time specifier 'x'`],
    ['--mmap 1 --mmap-compat 0.16', `mmap-compat must be one of: 0.09.31 0.15.06 head, not '0.16'`],
    ['--mmap 1 --mms 4', '--mms takes 1 alone with stressors of stress-ng'],
    ['--mmapfork 1 --mms 1', 'mmapfork ends its processes and begins new ones'],
    ['--all 1 --mms 1', 'mmapfork ends its processes'],
    ['--vm 1025', 'the stressors come to 1025 tasks, and at most 1024 can be run'],
    [`--mmapfork 2000 --timeout 1 ${VIRTUAL}`, 'come to 66000 tasks, and at most 65536'],
    ['--mmap 1 --tasks 4', `--tasks is not for stressors of stress-ng: say how many instances`],
    ['--mmap 1 --writers 1', '--writers is not for stressors'],
    ['--mmap 1 --backing disk', '--backing is not for stressors'],
    ['--mmap 1 --kernels nope', `--kernels takes a comma-separated list of kernels`],
    ['--mmap 1 --machine e5-2680-32', '--machine is for simulated machines'],
    ['--mmap 1 --threshold 1', '--threshold takes a size from 4K'],
    ['--mmap 1 --mmap-ops 4 --until 2%', '--until repeats runs: add --timeout T, the time of one'],
    ['--mmap 1 --timeout 600 --until 2%', '--max-time takes at least 1200s'],
    ['--mmap 1 --foo', `unrecognized option '--foo'`],
    ['--mmap 1 --metrix', `unrecognized option '--metrix' (did you mean '--metrics'?)`],
    ['--mmap 1 --seeds 2 --rounds 2 --timeout 1 --engine virtual', '--seeds does not go with'],
    ['--mmap 1 --yaml -', `--yaml takes a file name, not '-'`],
    ['--mmap 1 --log-file=', `--log-file takes a file name, not ''`],
  ])('%s', (line, message) => {
    expect(usageError(line)).toContain(message);
  });
});

it('takes no sizes that no simulated memory has', () => {
  const hogs = [{ ...FAKE_HOGS[0]!, needs: () => ({ pages: 2 ** 27 }) }];
  const context = { hogs, host: FAKE_HOST, readJobFile: () => '' };
  const read = (instances: string) => () => readStressLine(['--mmap', instances], context);
  expect(read('1')).not.toThrow();
  expect(read('3')).toThrow(
    /the stressors come to 1\.50? TiB of memory, and 1(\.0+)? TiB can be simulated/,
  );
});

it('leads nobody to a stressor that there is not', () => {
  expect(usageError('--mmap 1 --fifx 1')).toBe(`unrecognized option '--fifx'`);
  expect(usageError('--job x', 'run\n')).toContain(`unrecognized option 'run': error in line 1`);
});

it('gives a stressor that chooses its addresses no address space of others', () => {
  const hogs = [...FAKE_HOGS, { ...FAKE_HOGS[0]!, name: 'mover', ownMm: true as const }];
  const context = { hogs, host: FAKE_HOST, readJobFile: () => '' };
  expect(() => readStressLine(['--mover', '1', '--mms', '1'], context)).toThrow(
    'mover maps or unmaps at addresses that it has chosen',
  );
});

import { describe, expect, it } from 'vitest';
import { compatOf, linuxLike, machineFacts, optionsAlike } from './alike.js';

describe('the simulated machine', () => {
  it.each([
    ['0.09.31', '0.09.31'],
    ['0.12.11', '0.09.31'],
    ['0.13.12', '0.15.06'],
    ['0.15.06', '0.15.06'],
    ['0.17.04', '0.15.06'],
    ['0.17.05', 'head'],
    ['0.22.00', 'head'],
  ])('has the mmap stressor of stress-ng %s: %s', (version, compat) => {
    expect(compatOf(version)).toBe(compat);
  });

  it.each([
    ['6.18.44-1-amd64', '6.18'],
    ['7.1.0', '6.18'],
    ['6.1.0', '4.17'],
    ['5.15.0-generic', '4.17'],
    ['4.17.0', '4.17'],
    ['3.10.0', '4.17'],
  ])('has the rules of the newest Linux that is no newer than %s: %s', (release, version) => {
    expect(linuxLike(release, ['6.18', '4.17'])).toBe(version);
  });

  it('is as the real one in all that the user leaves open', () => {
    const machine = { release: '6.18.1', thp: 'always', maxMapCount: 1000 };
    expect(optionsAlike(['--mmap', '1'], '0.15.06', machine).join(' ')).toBe(
      '--mmap-compat 0.15.06 --linux 6.18 --thp always --max-map-count 1000',
    );
    const words = ['--thp=never', '--mmap-compat', 'head', '--linux', '4.17'];
    const open = { ...machine, maxMapCount: undefined };
    expect(optionsAlike(words, '0.15.06', open)).toEqual([]);
  });

  it('is asked of this machine', () => {
    const { release } = machineFacts();
    expect(release).toMatch(/^\d+\.\d+/);
  });
});

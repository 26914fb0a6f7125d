import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CallsDocument } from './calls-document.js';
import { renderCalls, type CallsLook } from './calls-text.js';
import type { ReplayedStep } from './replay.js';

const step = (line: number, text: string, changes: Partial<ReplayedStep> = {}): ReplayedStep => ({
  ...{ line, name: text.split('(')[0]!, text, simulated: '0', recorded: '0' },
  ...{ failed: false, differs: false },
  ...changes,
});

const DIFFERENT = step(12, 'munmap(0x2001, 4096)', { simulated: '-1 EINVAL', differs: true });

const DOCUMENT: CallsDocument = {
  schema: 'mmsem-bench/calls',
  version: 1,
  tool: { name: 'mmsem-bench', version: '0.0.0', modelVersion: 0 },
  setting: { file: '-', kernel: 'pristine', linux: '6.18', thp: 'never', maxMapCount: 65530 },
  given: 1,
  calls: [step(9, 'munmap(0x1000, 4096)'), DIFFERENT],
  counts: [{ name: 'munmap', calls: 2, failed: 1, different: 1 }],
  compared: 2,
  differences: [DIFFERENT],
  skipped: [{ name: 'read', lines: 3 }],
  faults: { total: 5, minor: 4, major: 1, kernelMinor: 2, kernelMajor: 0 },
  residentPages: 1,
  mapCount: 1,
  mapCountMax: 7,
  mappings: [{ start: 0x1000, end: 0x2000, permissions: 'rw-p', offset: 0, name: '' }],
  maps: '00001000-00002000 rw-p 00000000 00:00 0 \n',
  notes: ['1 call that never returns is left out.'],
};

const render = (document: CallsDocument, look: Partial<CallsLook> = {}): string =>
  renderCalls(document, { color: false, each: true, ...look });

describe('renderCalls', () => {
  it('lists calls, differences, counts and the address space', () => {
    expect(render(DOCUMENT).split('\n')).toEqual([
      'standard input: 2 calls on 1 mapping given; pristine, Linux 6.18, THP never',
      '',
      ` 9  ${'munmap(0x1000, 4096)'.padEnd(60)} = 0`,
      `12  ${'munmap(0x2001, 4096)'.padEnd(60)} = -1 EINVAL  (recorded: 0)`,
      '',
      '1 difference from the recorded results of all calls:',
      'line  call                  recorded  simulated',
      '  12  munmap(0x2001, 4096)  0         -1 EINVAL',
      '',
      'call    calls  failed  different',
      'munmap      2       1          1',
      'Skipped: read 3.',
      '',
      'Page faults: 5 total, 4 minor, 1 major; by the kernel itself 2 minor, 0 major.',
      'VMAs: 1 at the end, 7 at the peak; 1 page resident.',
      '',
      '1 call that never returns is left out.',
      '',
      '00001000-00002000 rw-p 00000000 00:00 0',
      '',
    ]);
  });

  it('leaves out the single calls', () => {
    expect(render(DOCUMENT, { each: false })).not.toContain(' 9  munmap');
  });

  it('keeps sentences within the width', () => {
    const lines = render(DOCUMENT, { each: false, width: 40 }).split('\n');
    expect(lines).toContain('Page faults: 5 total, 4 minor, 1 major;');
  });

  it('says the same in colour', () => {
    const colored = render(DOCUMENT, { color: true });
    expect(colored).toContain('\u001b[31m-1 EINVAL\u001b[39m');
    expect(stripVTControlCharacters(colored)).toBe(render(DOCUMENT));
  });

  it('says what was compared', () => {
    const same = { ...DOCUMENT, differences: [] };
    expect(render(same)).toContain('No difference from the recorded results of all calls.');
    expect(render({ ...same, compared: 1 })).toContain('results of the 1 call that have one.');
    expect(render({ ...same, compared: 0 })).toContain('No result is recorded: nothing to compare');
  });
});

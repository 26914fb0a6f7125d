import { describe, expect, it } from 'vitest';
import type { Progress } from '../engine/engine.js';
import { progressLine, progressText } from './progress-line.js';

const PROGRESS: Progress = {
  stage: 'measuring',
  kernel: 'patched',
  trialsDone: 5,
  trialsTotal: 20,
  round: 2,
  rounds: 10,
  faultsPerSecond: 12_345_678,
  secondsLeft: 13.2,
};

function terminal(columns = 80): {
  isTTY: boolean;
  columns: number;
  text: string;
  write: (t: string) => void;
} {
  return {
    isTTY: true,
    columns,
    text: '',
    write(text: string) {
      this.text += text;
    },
  };
}

describe('progressText', () => {
  it('says round, kernel, rate and time left', () => {
    expect(progressText(PROGRESS)).toBe('round 3/10  patched  12.35 M faults/s  14 s left');
    expect(progressText({ ...PROGRESS, stage: 'warm-up', secondsLeft: 61 })).toBe(
      'warm-up  patched  12.35 M faults/s  1 min 1 s left',
    );
    expect(progressText(PROGRESS, true)).toBe(
      'round 3/10 or more  patched  12.35 M faults/s  14 s left or more',
    );
    expect(progressText({ ...PROGRESS, secondsLeft: 7320 })).toContain('2 h 2 min left');
  });
});

describe('progressLine', () => {
  it('overwrites itself and leaves nothing behind', () => {
    const stream = terminal();
    const line = progressLine(stream, {}, false);
    line.clear();
    expect(stream.text).toBe('');
    line.show('round 3');
    line.show('round 3');
    line.clear();
    line.clear();
    const text = '\r\x1b[Kround 3';
    expect(stream.text).toBe(`${text}${text}\r\x1b[K`);
  });

  it('never wraps', () => {
    const stream = terminal(20);
    progressLine(stream, {}, false).show(progressText(PROGRESS));
    expect(stream.text).toBe('\r\x1b[Kround 3/10  patched');
    const unknown = terminal(0);
    progressLine(unknown, {}, false).show(progressText(PROGRESS));
    expect(unknown.text).toContain('left');
  });

  it.each([
    ['--quiet', {}, true, true],
    ['CI', { CI: 'true' }, false, true],
    ['TERM=dumb', { TERM: 'dumb' }, false, true],
    ['a pipe', {}, false, false],
  ])('is silent with %s', (_, env, quiet, isTTY) => {
    const stream = { ...terminal(), isTTY };
    const line = progressLine(stream, env, quiet);
    line.show('round 3');
    line.clear();
    expect(stream.text).toBe('');
  });
});

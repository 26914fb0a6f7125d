import type { Progress } from '../engine/engine.js';
import { widthOf, type Environment, type StreamFacts } from './terminal.js';

/** Back to the first column, and nothing right of it. */
const ERASE = '\r\x1b[K';

export interface ProgressLine {
  show(text: string): void;
  /** Takes the line off the screen, so that other text can be printed; the next `show` redraws it. */
  clear(): void;
}

export type ProgressStream = StreamFacts & { write(text: string): unknown };

/**
 * One line on stderr that overwrites itself, for people who watch: silent when stderr is no terminal
 * or one without cursor movement, in CI, and when asked to be.
 */
export function progressLine(
  stream: ProgressStream,
  env: Environment,
  quiet: boolean,
): ProgressLine {
  const watched = stream.isTTY === true && !env['CI'] && env['TERM'] !== 'dumb' && !quiet;
  if (!watched) return { show: () => undefined, clear: () => undefined };
  let shown = false;
  return {
    show(text) {
      // One column short of the width: a full line would wrap, and could not be erased.
      stream.write(ERASE + text.slice(0, (widthOf(stream) ?? 80) - 1));
      shown = true;
    },
    clear() {
      if (shown) stream.write(ERASE);
      shown = false;
    },
  };
}

/**
 * The comparison's: `round 3/10  patched  12.3 M faults/s  14 s left`; where further rounds may be
 * wanted `round 3/10 or more  ...  14 s left or more`.
 */
export function progressText(progress: Progress, isOpenEnded = false): string {
  const { stage, round, rounds, kernel, faultsPerSecond, secondsLeft } = progress;
  const orMore = isOpenEnded ? ' or more' : '';
  const where = stage === 'measuring' ? `round ${round + 1}/${rounds}${orMore}` : 'warm-up';
  const rate = `${(faultsPerSecond / 1e6).toFixed(2)} M faults/s`;
  return `${where}  ${kernel}  ${rate}  ${durationText(secondsLeft)} left${orMore}`;
}

/** A sweep's: `12 of 54 points  tasks=4 zapPageNs=118  23 s left`. */
export function sweepProgressText(
  done: number,
  all: number,
  place: string,
  secondsLeft: number | undefined,
): string {
  const left = secondsLeft === undefined ? '' : `  ${durationText(secondsLeft)} left`;
  return `${done} of ${all} points  ${place}${left}`;
}

function durationText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

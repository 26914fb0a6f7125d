/** Runs of a lone instance whose draws are chosen, or looked at. */
import { MADV } from '../../../../mm/uapi.js';
import { Child } from '../child.js';
import { RandomDraws } from '../draws.js';
import { MmapRun } from '../hog.js';
import { mmapSettingOf } from '../mmap-setting.js';
import { LoneMmap, type LoneSetting } from './lone-mmap.js';

/** What is chosen where the stressor draws. */
export interface Chosen {
  /** The random flag of the big mapping; 0 without it. */
  readonly flag?: number;
  /** The advice drawn for the whole range, and for every page; NORMAL without it. */
  readonly advice?: number;
  readonly pageAdvice?: number;
}

export class ChosenDraws extends RandomDraws {
  readonly #chosen: Chosen;

  constructor(task: LoneMmap, chosen: Chosen) {
    super(task.prng);
    this.#chosen = chosen;
  }

  override flag(): number {
    return this.#chosen.flag ?? 0;
  }

  override adviceForAll(): number {
    return this.#chosen.advice ?? MADV.normal;
  }

  override adviceForPage(): number {
    return this.#chosen.pageAdvice ?? MADV.normal;
  }
}

/** Draws as the stressor does, and keeps what an operation has drawn. */
export class SeenDraws extends RandomDraws {
  /** How often a flag was drawn, once per attempt at an operation. */
  flags = 0;
  lastFlag = 0;
  lastAdvice: number | undefined;

  override flag(table: readonly number[]): number {
    this.flags += 1;
    this.lastAdvice = undefined;
    this.lastFlag = super.flag(table);
    return this.lastFlag;
  }

  override adviceForAll(table: readonly number[]): number {
    this.lastAdvice = super.adviceForAll(table);
    return this.lastAdvice;
  }
}

export interface LoneRun {
  readonly task: LoneMmap;
  readonly child: Child;
  readonly draws: SeenDraws;
  /** To its end; `whenDone` after every operation. */
  readonly go: (whenDone?: () => void) => void;
}

/** A run with random draws that has not begun. */
export function loneRun(setting: LoneSetting): LoneRun {
  const task = new LoneMmap(setting);
  const draws = new SeenDraws(task.prng);
  const child = new Child(task, mmapSettingOf(task.setting), draws);
  const go = (whenDone?: () => void): void => {
    task.run(new MmapRun(child).program(), whenDone);
  };
  return { task, child, draws, go };
}

/** A run to its end, with what it draws chosen. */
export function chosenRun(setting: LoneSetting, chosen: Chosen = {}): LoneMmap {
  const task = new LoneMmap(setting);
  const child = new Child(task, mmapSettingOf(task.setting), new ChosenDraws(task, chosen));
  task.run(new MmapRun(child).program());
  return task;
}

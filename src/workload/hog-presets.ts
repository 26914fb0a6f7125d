/** What a hog's options are when they are not given. */
import type { HogOptions } from '../plan/stress.js';
import type { Hog } from './hog.js';

export function presetsOf({ options }: Hog): HogOptions {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      return [name, option.takes === 'nothing' ? false : option.preset];
    }),
  );
}

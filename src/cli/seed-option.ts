import { wholeNumber } from './option-value.js';

const SEED_MAX = Number.MAX_SAFE_INTEGER;

/** `--seed`, wherever something is left to chance. */
export const SEED = {
  flags: '--seed <N>',
  help: 'seed of every random decision, 0 to 2^53-1',
  expects: `a whole number from 0 to ${SEED_MAX}`,
  parse: wholeNumber(0, SEED_MAX),
  preset: '1',
};

/** The model's rules for the Linux that judges: the current ones, less what it is too old for. */
import { DEFAULT_RULES, type KernelRules } from '../mm/kernel-rules.js';

/** The release that a rule came with. Releases before the newest of these have it not. */
const SINCE: Readonly<Partial<Record<keyof KernelRules, string>>> = {
  mprotectRestoresWrite: '6.1',
  growsStackForWrite: '6.5',
  mprotectUncharges: '6.6',
  stackIsNoHugePage: '6.7',
  mremapMovesMany: '6.17',
  readsCodeAhead: '6.17',
};

/** Negative, zero or positive, as `6.9` comes before, is, or comes after `6.18`. */
export function compareReleases(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}

export function rulesOfRelease(release: string): KernelRules {
  const tooNew = Object.entries(SINCE).filter(([, since]) => compareReleases(release, since) < 0);
  return { ...DEFAULT_RULES, ...Object.fromEntries(tooNew.map(([rule]) => [rule, false])) };
}

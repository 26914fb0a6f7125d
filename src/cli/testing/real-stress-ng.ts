/** The real stress-ng, for tests that compare with it. */
import type { TestContext } from 'vitest';
import { findStressNg, HOW_TO_INSTALL, type StressNg } from '../host/find-stress-ng.js';

/**
 * The installed one. Where there is none a test fails in CI, which installs it, and is skipped with
 * the reason printed on the machine of somebody who may not care to have it.
 */
export async function realStressNg(context: TestContext): Promise<StressNg> {
  const found = await findStressNg(undefined, process.env);
  if (found !== undefined) return found;
  const reason = `there is no stress-ng in PATH: ${HOW_TO_INSTALL}`;
  if (process.env['CI']) throw new Error(reason);
  console.log(`${context.task.name} is skipped: ${reason}`);
  return context.skip(reason);
}

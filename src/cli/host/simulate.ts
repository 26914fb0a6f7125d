import { UsageError } from '../usage-error.js';
import type { Simulate } from './measure-host.js';

/** TO BE CONNECTED by the lead: stress-mode of the command line, without its output. */
export const simulate: Simulate = () => {
  throw new UsageError('stress-ng workloads cannot be simulated yet');
};

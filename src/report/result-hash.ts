import { createHash } from 'node:crypto';
import type { ResultDocument } from './result.js';

/**
 * What two runs of one plan in virtual time agree in, wherever they ran: a hash over the hashes of
 * their simulations (16 hexadecimal digits), and one over the whole document but its host block.
 */
export function resultHashes(document: ResultDocument): { trace: string; result: string } {
  const traces = document.kernels.flatMap(({ rounds }) =>
    rounds.map(({ simulated }) => simulated?.traceHash ?? ''),
  );
  const everywhere = { ...document, host: undefined };
  return {
    trace: sha256(traces.join(' ')).slice(0, 16),
    result: sha256(JSON.stringify(everywhere)),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

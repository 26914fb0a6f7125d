import { describe, expect, it } from 'vitest';
import { formatExploration } from './exploration.js';
import {
  CHANCE_SEARCH,
  DEADLOCK_SEARCH,
  QUIET_SEARCH,
  syntheticDocument,
} from './testing/synthetic-exploration.js';

describe('the document of a search', () => {
  it('says what it is and who made it', () => {
    const document = syntheticDocument([QUIET_SEARCH], { partial: true });
    expect(Object.keys(document)).toEqual([
      ...['schema', 'version', 'tool', 'host', 'seed', 'partial', 'explorations'],
    ]);
    expect(document).toMatchObject({
      schema: 'mmsem-bench/exploration',
      version: 1,
      tool: { name: 'mmsem-bench', version: '1.2.3', modelVersion: 4 },
      host: { cpus: 2, node: 'v20.0.0' },
      seed: 7,
      partial: true,
    });
  });

  it('has the same keys in every row, null where one does not apply', () => {
    const chance = { ...CHANCE_SEARCH, broken: 'double-grant' };
    const { explorations } = syntheticDocument([QUIET_SEARCH, DEADLOCK_SEARCH, chance]);
    const keys = explorations.map((row) => Object.keys(row));
    expect(keys[1]).toEqual(keys[0]);
    expect(keys[2]).toEqual(keys[0]);
    expect(explorations[0]).toEqual({ ...QUIET_SEARCH, broken: null, counterexample: null });
    expect(explorations[1]).toEqual({ ...DEADLOCK_SEARCH, broken: null });
    expect(explorations[2]).toMatchObject({ broken: 'double-grant', bound: null });
  });

  it('is one JSON text with a final newline', () => {
    const document = syntheticDocument([DEADLOCK_SEARCH]);
    const text = formatExploration(document);
    expect(text).toMatch(/^\{\n {2}"schema": "mmsem-bench\/exploration",\n[^]*\n\}\n$/);
    expect(JSON.parse(text)).toEqual(document);
  });
});

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packageFile } from '../../util/package-file.js';
import { RESULTS } from '../testing/awkward-results.js';
import { schemaViolation, type Schema } from './json-schema.js';

const schema = JSON.parse(
  readFileSync(packageFile('results/result.schema.json'), 'utf8'),
) as Schema;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
addFormats.default(ajv);
const isValid = ajv.compile(schema);

const VALUES: readonly unknown[] = [null, -1, 0, 0.5, 2 ** 60, '', 'x', true, [], {}, Infinity];

type Container = Record<string | number, unknown>;

/** Every place of a value that holds another. */
function placesOf(value: unknown): [Container, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const container = value as Container;
  return Object.keys(container).flatMap((key): [Container, string][] => [
    [container, key],
    ...placesOf(container[key]),
  ]);
}

const damage = fc.record({
  name: fc.constantFrom(...Object.keys(RESULTS)),
  place: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'add'),
  value: fc.constantFrom(...VALUES),
});

it('agrees with another validator about every document, sound or damaged in one place', () => {
  for (const result of Object.values(RESULTS)) {
    expect(schemaViolation(schema, JSON.parse(JSON.stringify(result)))).toBeUndefined();
  }
  let refused = 0;
  fc.assert(
    fc.property(damage, ({ name, place, how, value }) => {
      const document = JSON.parse(JSON.stringify(RESULTS[name])) as Container;
      const places = placesOf(document);
      const [container, key] = places[place % places.length]!;
      if (how === 'replace') container[key] = value;
      else if (how === 'remove' && !Array.isArray(container))
        Reflect.deleteProperty(container, key);
      else if (!Array.isArray(container)) container['another'] = value;
      const problem = schemaViolation(schema, document);
      expect(problem === undefined, problem).toBe(isValid(document));
      if (problem !== undefined) refused++;
    }),
    { numRuns: 1000, seed: 5 },
  );
  expect(refused).toBeGreaterThan(300);
});

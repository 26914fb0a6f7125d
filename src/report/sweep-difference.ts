/** In what two sweeps differ, in words. */
import { shardText } from '../plan/shard.js';
import { differences, type Difference, type Json } from '../util/json-difference.js';
import type { SweepDesign, SweepDocument, SweepHead } from './sweep-document.js';

/** More would not be read. */
const NAMED_MAX = 3;
const VALUE_CHARACTERS_MAX = 60;

/**
 * How the configuration of a document differs from another one's; undefined when it does not. `there`
 * and `here` are how the words call the two.
 */
export function configurationDifference(
  found: SweepHead,
  wanted: SweepHead,
  there: string,
  here: string,
): string | undefined {
  const named = differences(comparable(found), comparable(wanted));
  if (named.length === 0) return undefined;
  const words = named.slice(0, NAMED_MAX).map((difference) => inWords(difference, there, here));
  const rest = named.length > NAMED_MAX ? [`${named.length - NAMED_MAX} more`] : [];
  return [...words, ...rest].join('; ');
}

/** Why a file cannot be resumed as this sweep; undefined when it can. */
export function resumeObstacle(found: SweepDocument, wanted: SweepDesign): string | undefined {
  const { head } = wanted;
  const different = configurationDifference(found, head, 'in the file', 'here');
  if (different !== undefined) return different;
  if (found.configuration.hash !== head.configuration.hash) {
    const changes = found.points.flatMap(({ index, changes }) =>
      differences(changes, wanted.changes[index]).map((difference) => ({ index, difference })),
    );
    const [first] = changes;
    if (first === undefined) return 'points that it does not have yet have other plans here';
    return `at point ${first.index}, ${inWords(first.difference, 'in the file', 'here')}`;
  }
  if (found.shard.index === head.shard.index && found.shard.count === head.shard.count) {
    return undefined;
  }
  return `it holds ${shardText(found.shard)}, and this is ${shardText(head.shard)}: every shard needs a file of its own`;
}

function comparable({ tool, configuration: { axes, plan } }: SweepHead): Json {
  const parts = {
    tool,
    'the order of axes': axes.map(({ name }) => name),
    axis: Object.fromEntries(axes.map(({ name, values }) => [name, values.join(',')])),
    plan,
  };
  return JSON.parse(JSON.stringify(parts)) as Json;
}

function inWords({ path, before, after }: Difference, there: string, here: string): string {
  return `${path} is ${valueText(before)} ${there} and ${valueText(after)} ${here}`;
}

function valueText(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= VALUE_CHARACTERS_MAX ? text : `${text.slice(0, VALUE_CHARACTERS_MAX)}...`;
}

/** Several shards of one sweep made into the whole. */
import { gridSize, pointText } from '../plan/grid.js';
import { shardPoints, shardText, WHOLE, type Shard } from '../plan/shard.js';
import { configurationDifference } from './sweep-difference.js';
import { sweepDocument, type SweepDocument, type SweepPoint } from './sweep-document.js';
import { SweepRefused } from './sweep-reader.js';

export interface SweepPart {
  readonly file: string;
  readonly document: SweepDocument;
}

/** More would not be read. */
const NAMED_MAX = 5;

/**
 * The sweep that these are parts of, one at least, as a single process would have written it.
 *
 * Throws SweepRefused unless they are of one configuration, no point is in two of them, and none is
 * missing.
 */
export function mergeSweeps(parts: readonly SweepPart[]): SweepDocument {
  const [first, ...others] = parts;
  if (first === undefined) throw new SweepRefused('there is nothing to merge');
  for (const other of others) checkSameSweep(first, other);
  const { schema, version, tool, configuration } = first.document;
  const found = new Map<number, SweepPoint>();
  const origin = new Map<number, string>();
  const twice: string[] = [];
  for (const { file, document } of parts) {
    for (const point of document.points) {
      const earlier = origin.get(point.index);
      if (earlier !== undefined) {
        const place = pointText(configuration.axes, point.index);
        twice.push(`point ${point.index} (${place}) is in '${earlier}' and in '${file}'`);
      }
      found.set(point.index, point);
      origin.set(point.index, file);
    }
  }
  if (twice.length > 0) {
    throw new SweepRefused(
      `not disjoint: ${listed(twice, 'points')}; give one file for each shard, all cut by the same n ` +
        'of --shard i/n',
    );
  }
  const size = gridSize(configuration.axes);
  if (found.size < size) throw new SweepRefused(`not complete: ${missing(parts, found, size)}`);
  const head = { schema, version, tool, configuration, shard: WHOLE };
  return sweepDocument(head, [...found.values()], size);
}

function checkSameSweep(first: SweepPart, other: SweepPart): void {
  const difference =
    configurationDifference(
      first.document,
      other.document,
      `in '${first.file}'`,
      `in '${other.file}'`,
    ) ?? (sameHash(first, other) ? undefined : 'their points have other plans');
  if (difference === undefined) return;
  throw new SweepRefused(`not of one configuration: ${difference}`);
}

function sameHash(a: SweepPart, b: SweepPart): boolean {
  return a.document.configuration.hash === b.document.configuration.hash;
}

/** Whole shards by their numbers where the files agree on how many there are, else points. */
function missing(
  parts: readonly SweepPart[],
  found: ReadonlyMap<number, SweepPoint>,
  size: number,
): string {
  const { axes } = parts[0]!.document.configuration;
  const { count } = parts[0]!.document.shard;
  const shards: Shard[] = Array.from({ length: count }, (_, i) => ({ index: i + 1, count }));
  const isOneCut = parts.every(({ document }) => document.shard.count === count);
  const absent = isOneCut
    ? shards.filter(({ index }) => parts.every(({ document }) => document.shard.index !== index))
    : [];
  const inAbsent = new Set(absent.flatMap((shard) => shardPoints(size, shard)));
  const lost = Array.from({ length: size }, (_, index) => index).filter(
    (index) => !found.has(index) && !inAbsent.has(index),
  );
  const needed = absent.filter((shard) => shardPoints(size, shard).length > 0);
  const unfinished = parts
    .filter(({ document }) => document.partial)
    .map(({ file }) => `'${file}'`);
  const points = lost.map((index) => `point ${index} (${pointText(axes, index)})`);
  const what = [
    ...(needed.length === 0 ? [] : [`${listed(needed.map(shardText), 'shards')} missing`]),
    ...(points.length === 0 ? [] : [`${listed(points, 'points')} missing`]),
  ].join(', and ');
  const remedies = [
    ...(unfinished.length === 0
      ? []
      : [`the same sweep with --save ${unfinished.join(', ')} goes on where it ended`]),
    ...(needed.length === 0
      ? []
      : [`give the file of each, which the sweep with --shard i/${count} --save FILE makes`]),
  ];
  const otherwise = 'give the files of all shards of one cut';
  return `${what}; ${remedies.length === 0 ? otherwise : remedies.join(', and ')}`;
}

function listed(names: readonly string[], many: string): string {
  const rest = names.length - NAMED_MAX;
  return `${names.slice(0, NAMED_MAX).join(', ')}${rest > 0 ? ` and ${rest} more ${many}` : ''}`;
}

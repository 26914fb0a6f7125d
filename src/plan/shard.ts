/** Which points of a grid one of several processes runs. */

export interface Shard {
  /** Counted from 1, as people and most job systems do. */
  readonly index: number;
  readonly count: number;
}

/** All points in one process. */
export const WHOLE: Shard = Object.freeze({ index: 1, count: 1 });

/** Points are dealt in turn, so that shards differ by one point at most and share the costly ones. */
export function isInShard(point: number, { index, count }: Shard): boolean {
  return point % count === index - 1;
}

/** The points of a shard in ascending order, of `size` points counted from 0. */
export function shardPoints(size: number, { index, count }: Shard): number[] {
  const points: number[] = [];
  for (let point = index - 1; point < size; point += count) points.push(point);
  return points;
}

/** `shard 2 of 4`. */
export function shardText({ index, count }: Shard): string {
  return `shard ${index} of ${count}`;
}

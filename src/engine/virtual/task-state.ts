/** Where a task of a machine stands. */
export const STATE = {
  running: 0,
  waiting: 1,
  sleeping: 2,
  spinning: 3,
  relaxing: 4,
  pausing: 5,
  done: 6,
} as const;
export type State = (typeof STATE)[keyof typeof STATE];

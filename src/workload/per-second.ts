/** `count` things in `ns` of time, by the second; 0 when there was no time. */
export function perSecond(count: number, ns: number): number {
  return ns > 0 ? (count * 1e9) / ns : 0;
}

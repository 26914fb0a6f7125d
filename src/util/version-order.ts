/** Whether `0.15.06` is before `0.17.05`; what follows the numbers, as in `6.18.44-1-amd64`, does not count. */
export function isBefore(version: string, other: string): boolean {
  const [one, two] = [version, other].map((text) =>
    text.split('.').map((part) => parseInt(part, 10) || 0),
  );
  const place = two!.findIndex((part, index) => part !== (one![index] ?? 0));
  return place >= 0 && (one![place] ?? 0) < two![place]!;
}

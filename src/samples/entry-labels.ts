/**
 * `mmap`, `vm`, `mmap#2` of entries mmap, vm, mmap: stress-ng runs a stressor that is named twice as two
 * entries, and calls both the same.
 */
export function entryLabels(stressors: readonly string[]): string[] {
  return stressors.map((stressor, entry) => {
    const place = stressors.slice(0, entry).filter((other) => other === stressor).length;
    return place === 0 ? stressor : `${stressor}#${place + 1}`;
  });
}

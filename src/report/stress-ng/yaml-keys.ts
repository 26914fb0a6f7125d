/** What printed names are called in stress-ng's YAML. */
import type { Compat } from '../../plan/stress.js';

const KEY_MAX = 39;

/** `Page Faults Total` is `page_faults_total`, behind which come `_total` and `_per_second`. */
export function eventKey(label: string): string {
  return label.toLowerCase().replaceAll(' ', '_');
}

/** How the releases have a percent sign. */
const PERCENT: Readonly<Record<Compat, string>> = { '0.09.31': '', '0.15.06': '', head: 'percent' };

/** `nanosecs per page mmap()` is `nanosecs-per-page-mmap`: letters, digits, a hyphen for a space. */
export function metricKey(description: string, compat: Compat): string {
  return description
    .toLowerCase()
    .replaceAll('%', PERCENT[compat])
    .replace(/[^a-z0-9 ]/g, '')
    .replaceAll(' ', '-')
    .slice(0, KEY_MAX);
}

/** `--verbose`: what is known of a plan's instances before they run. */
import { formatSize } from '../../report/format.js';
import { pidOf } from '../../report/stress-ng/exited.js';
import type { Message } from '../../report/stress-ng/message.js';
import { PAGE_SIZE } from '../../mm/layout.js';
import type { Plan } from '../../plan/plan.js';
import type { Hog } from '../../workload/hog.js';
import { hogOf, settingOf } from '../../workload/hog-layout.js';

/** Every kernel runs the same instances, which have the same numbers in all of them. */
export function startedMessages({ machine, stress }: Plan, hogs: readonly Hog[]): Message[] {
  const { entries } = stress!;
  const cpus =
    machine === undefined
      ? []
      : [`${machine.cpus} processors online, ${machine.cpus} processors configured`];
  const sizes = entries.map((entry) => {
    const { stressor, instances } = entry;
    const { pages } = hogOf(entry, hogs).needs(settingOf(stress!, entry));
    const [each, all] = [pages, pages * instances].map((count) => formatSize(count * PAGE_SIZE));
    return `${stressor}: needs up to ${each} per instance, ${all} in total`;
  });
  const started = entries
    .flatMap(({ stressor, instances }) =>
      Array.from({ length: instances }, (_, instance) => ({ stressor, instance })),
    )
    .map(
      ({ stressor, instance }, index) =>
        `${stressor}: started [${pidOf(process.pid, index)}] (instance ${instance})`,
    );
  return [...cpus, ...sizes, 'starting stressors', ...started].map((text) => ({
    type: 'debug',
    text,
  }));
}

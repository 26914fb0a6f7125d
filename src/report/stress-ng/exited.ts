/** `--verbose`: the instances of a run, each as the process that it stands for. */
import { formatCount } from '../format.js';
import { spelledShort } from './duration.js';
import type { Message } from './message.js';
import { printedName, totalsOf, type StressRun } from './stress-run.js';

/** The number of the process that the instance would be: they follow the main process. */
export function pidOf(mainPid: number, index: number): number {
  return mainPid + 1 + index;
}

/** A line for every instance of a run, when all have come to their ends. */
export function exitedMessages({ entries, teller }: StressRun): Message[] {
  const all = entries.flatMap(({ stressor, instances }) =>
    instances.map((instance) => ({ stressor, instance })),
  );
  return all.map(({ stressor, instance }, index) => {
    const { bogoOps, realSeconds, rssKb } = totalsOf([instance]);
    const parts = [
      `${formatCount(bogoOps, 'bogo op')} in ${spelledShort(realSeconds, 2)}`,
      formatCount(instance.faults.total, 'page fault'),
      `RSS ${rssKb} KB`,
    ];
    const who = `${printedName(stressor)}: exited [${pidOf(teller.pid, index)}]`;
    return { type: 'debug', text: `${who} (instance ${instance.instance}): ${parts.join(', ')}` };
  });
}

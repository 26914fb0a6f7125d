/** A trial's samples on their way from a worker: histograms do not survive it as objects. */
import type { TrialSamples } from '../../samples/samples.js';
import { WaitHistogram, type EncodedWaitHistogram } from '../../samples/wait-histogram.js';

type Histograms = Record<keyof TrialSamples['mmapSem'], EncodedWaitHistogram>;

export interface EncodedTrial extends Omit<TrialSamples, 'mmapSem'> {
  readonly mmapSem: Histograms;
}

export function encodeTrial(trial: TrialSamples): EncodedTrial {
  const { writeHold, readWait, faultWait, writeWait } = trial.mmapSem;
  return {
    ...trial,
    mmapSem: {
      writeHold: writeHold.encode(),
      readWait: readWait.encode(),
      faultWait: faultWait.encode(),
      writeWait: writeWait.encode(),
    },
  };
}

export function decodeTrial(trial: EncodedTrial): TrialSamples {
  const { writeHold, readWait, faultWait, writeWait } = trial.mmapSem;
  return {
    ...trial,
    mmapSem: {
      writeHold: WaitHistogram.decode(writeHold),
      readWait: WaitHistogram.decode(readWait),
      faultWait: WaitHistogram.decode(faultWait),
      writeWait: WaitHistogram.decode(writeWait),
    },
  };
}

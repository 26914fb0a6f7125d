/** From the text of a file of calls to the document: the one way in for whoever has a file. */
import { rulesOf, type ThpMode } from '../mm/kernel-rules.js';
import { kernelByName } from '../mm/kernels.js';
import { openProcess } from '../process/lone-process.js';
import type { ToolFacts } from '../report/result.js';
import { buildCalls, type CallsDocument, type CallsSetting } from './calls-document.js';
import { readProgram } from './read-program.js';
import { replay } from './replay.js';

/** 16 GiB: what nobody touches costs nothing. */
const FRAMES = 2 ** 22;

/** 1 GiB; which munmaps are large changes their locks and not what they do. */
const THRESHOLD_PAGES = 2 ** 18;

/** Throws BadCalls. */
export function replayText(
  text: string,
  setting: CallsSetting & { readonly thp: ThpMode },
  tool: ToolFacts,
): CallsDocument {
  const program = readProgram(text);
  const process = openProcess({
    kernel: kernelByName(setting.kernel),
    thresholdPages: THRESHOLD_PAGES,
    rules: { ...rulesOf(setting.linux), thp: setting.thp },
    maxMapCount: setting.maxMapCount,
    frames: FRAMES,
  });
  return buildCalls(tool, setting, program, replay(program, process));
}

/**
 * Runs programs on this very process beside the model, as the parent asks. Should it crash, the file that
 * is open as descriptor PROGRESS_FD has the seed of the program in flight, and how many programs and
 * calls were done before.
 */
import { writeSync } from 'node:fs';
import { Prng, STREAM } from '../util/prng.js';
import {
  type ChildSettings,
  type Finding,
  type Progress,
  type Reply,
  type Request,
  type RunReply,
  type RunRequest,
} from './child-protocol.js';
import { probeFeatures } from './features.js';
import { generateProgram } from './generate.js';
import { Judge } from './judge-program.js';
import type { Call } from './program.js';

const PROGRESS_FD = 4;
/** Wide enough for all numbers, so that longer ones leave nothing of themselves behind. */
const PROGRESS_WIDTH = 512;

const settings = JSON.parse(process.argv[2]!) as ChildSettings;
const features = probeFeatures(settings.folders.disk);
const options = { ...settings, features, without: new Set(settings.without) };
const judge = new Judge({ features, folders: settings.folders });

function run({ seed, skip, calls: callsWanted }: RunRequest): RunReply {
  const seeds = new Prng(seed, STREAM.judge);
  for (let skipped = 0; skipped < skip; skipped++) seeds.next32();
  const byCall: Partial<Record<Call, number>> = {};
  let programs = 0;
  let calls = 0;
  const straysBefore = judge.strays;
  let finding: Finding | undefined;
  while (calls < callsWanted && finding === undefined) {
    const program = generateProgram(seeds.next32(), options);
    const progress: Progress = { seed: program.seed, programs, calls, byCall };
    writeSync(PROGRESS_FD, JSON.stringify(progress).padEnd(PROGRESS_WIDTH), 0);
    const difference = judge.judge(program);
    if (difference) finding = { program, difference };
    const made = difference ? program.ops.slice(0, difference.step + 1) : program.ops;
    for (const { call } of made) byCall[call] = (byCall[call] ?? 0) + 1;
    calls += made.length;
    programs++;
  }
  return { kind: 'run', programs, calls, byCall, strays: judge.strays - straysBefore, finding };
}

function answer(request: Request): Reply {
  switch (request.kind) {
    case 'run':
      return run(request);
    case 'judge':
      return { kind: 'judge', difference: judge.judge(request.program) };
    case 'generate':
      return { kind: 'generate', program: generateProgram(request.seed, options) };
  }
}

process.on('message', (request: Request) => {
  process.send!(answer(request));
});

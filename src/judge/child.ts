/**
 * Runs programs on this very process beside the model, as the parent asks. A crash of it is a finding:
 * the seed of the program in flight is in the file that is open as descriptor SEED_FD.
 */
import { writeSync } from 'node:fs';
import { Prng, STREAM } from '../util/prng.js';
import {
  type ChildSettings,
  type Finding,
  type Reply,
  type Request,
  type RunReply,
  type RunRequest,
} from './child-protocol.js';
import { probeFeatures } from './features.js';
import { generateProgram } from './generate.js';
import { Judge } from './judge-program.js';
import type { Call } from './program.js';

const SEED_FD = 4;
/** Wide enough for every seed, so that a longer one leaves nothing of itself behind. */
const SEED_DIGITS = 20;

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
    writeSync(SEED_FD, String(program.seed).padEnd(SEED_DIGITS), 0);
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

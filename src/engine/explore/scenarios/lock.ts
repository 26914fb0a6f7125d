/** Scenarios of the rwsem: who locks what, and what each expects of the others. */
import { STOP, type Op } from '../../../mm/op.js';
import { killTask, queuedTasks } from '../../../mm/wait-list.js';
import type { Actor, Scenario } from '../scenario.js';

function* reader({ cpu, sem, lock, witness }: Actor): Op<void> {
  yield* lock.downRead(cpu, sem);
  yield* witness.read(cpu);
  yield* lock.upRead(cpu, sem);
}

function* writer({ cpu, sem, lock, witness }: Actor): Op<void> {
  yield* lock.downWrite(cpu, sem);
  yield* witness.write(cpu);
  yield* lock.upWrite(cpu, sem);
}

/** From write to read: no writer may come in between, and none while it reads on. */
function* downgrader({ cpu, sem, lock, witness }: Actor): Op<void> {
  yield* lock.downWrite(cpu, sem);
  yield* witness.write(cpu);
  const { version } = witness;
  yield* lock.downgradeWrite(cpu, sem);
  witness.enterRead(cpu);
  witness.expectVersion(cpu, version);
  yield* witness.stayRead(cpu);
  witness.leaveRead();
  yield* lock.upRead(cpu, sem);
}

function* tryReader({ cpu, sem, lock, witness }: Actor): Op<void> {
  if (cpu.mustYield('try to read')) yield STOP.step;
  if (!lock.downReadTrylock(cpu, sem)) return;
  yield* witness.read(cpu);
  yield* lock.upRead(cpu, sem);
}

function* tryWriter({ cpu, sem, lock, witness }: Actor): Op<void> {
  if (cpu.mustYield('try to write')) yield STOP.step;
  if (!lock.downWriteTrylock(cpu, sem)) return;
  yield* witness.write(cpu);
  yield* lock.upWrite(cpu, sem);
}

function* killableReader({ cpu, sem, lock, witness }: Actor): Op<void> {
  if ((yield* lock.downReadKillable(cpu, sem)) !== 0) return;
  yield* witness.read(cpu);
  yield* lock.upRead(cpu, sem);
}

function* killableWriter({ cpu, sem, lock, witness }: Actor): Op<void> {
  if ((yield* lock.downWriteKillable(cpu, sem)) !== 0) return;
  yield* witness.write(cpu);
  yield* lock.upWrite(cpu, sem);
}

/** Kills task 0. */
function* killer({ cpu }: Actor): Op<void> {
  yield* killTask(cpu, 0);
}

/** Has the lock until two readers are queued: they stand at the front and must come in together. */
function* gatheringWriter({ cpu, sem, lock, witness }: Actor): Op<void> {
  yield* lock.downWrite(cpu, sem);
  yield* witness.write(cpu);
  while (queuedTasks(cpu.km, sem).length < 2) yield* relax(cpu, 'wait for two readers to queue');
  yield* lock.upWrite(cpu, sem);
}

/** Comes after the writer, and leaves when another reader has been in as well. */
function* meetingReader({ cpu, sem, lock, witness }: Actor): Op<void> {
  while (witness.version === 0) yield* relax(cpu, 'wait for the writer');
  yield* lock.downRead(cpu, sem);
  witness.enterRead(cpu);
  while (witness.visits < 2) yield* relax(cpu, 'wait for another reader');
  yield* witness.stayRead(cpu);
  witness.leaveRead();
  yield* lock.upRead(cpu, sem);
}

/** Keeps its share after the downgrade until a reader has been in. */
function* openingDowngrader({ cpu, sem, lock, witness }: Actor): Op<void> {
  yield* lock.downWrite(cpu, sem);
  yield* witness.write(cpu);
  yield* lock.downgradeWrite(cpu, sem);
  while (witness.visits === 0) yield* relax(cpu, 'wait for a reader');
  yield* lock.upRead(cpu, sem);
}

function* relax(cpu: Actor['cpu'], what: string): Op<void> {
  cpu.mustYield(what);
  yield STOP.relax;
}

/** Comes when the first writer is inside, or has been. */
function* lateWriter(actor: Actor): Op<void> {
  while (actor.witness.version === 0) yield* relax(actor.cpu, 'wait for the writer');
  yield* writer(actor);
}

const READER = { name: 'reader', program: reader };
const WRITER = { name: 'writer', program: writer };
const LATE_WRITER = { name: 'late writer', program: lateWriter };
const DOWNGRADER = { name: 'downgrader', program: downgrader };
const KILLER = { name: 'killer', program: killer };

export const LOCK_SCENARIOS: readonly Scenario[] = [
  {
    name: 'exclusion',
    title: 'two writers and two readers',
    tasks: [WRITER, WRITER, READER, READER],
  },
  {
    name: 'downgrade',
    title: 'a writer that downgrades, a reader and a writer',
    tasks: [DOWNGRADER, READER, WRITER],
  },
  {
    name: 'killed-writer',
    title: 'a killable writer, killed at any step, a reader and a writer',
    tasks: [{ name: 'killable writer', program: killableWriter }, KILLER, READER, WRITER],
  },
  {
    name: 'killed-reader',
    title: 'a killable reader, killed at any step, a reader and a writer',
    tasks: [{ name: 'killable reader', program: killableReader }, KILLER, READER, WRITER],
  },
  {
    name: 'trylock',
    title: 'a reader and a writer that only try, a reader and a writer',
    tasks: [
      { name: 'trying reader', program: tryReader },
      { name: 'trying writer', program: tryWriter },
      READER,
      WRITER,
    ],
  },
  {
    name: 'readers-meet',
    title: 'two readers, queued behind a writer, that wait for each other inside',
    tasks: [
      { name: 'gathering writer', program: gatheringWriter },
      { name: 'meeting reader', program: meetingReader },
      { name: 'meeting reader', program: meetingReader },
    ],
  },
  {
    name: 'downgrade-opens',
    title: 'a writer that downgrades and waits for readers, and two readers',
    tasks: [{ name: 'opening downgrader', program: openingDowngrader }, READER, READER],
  },
  {
    name: 'spinners',
    title: 'three writers, of which two may spin',
    tasks: [WRITER, WRITER, WRITER],
  },
  {
    name: 'spinners-leave',
    title: 'a writer, and three that come while it is inside and may spin',
    tasks: [WRITER, LATE_WRITER, LATE_WRITER, LATE_WRITER],
  },
];

/** Machines with round costs, and small ops to run on them. */
import { KernelMemory } from '../../../mm/kernel-memory.js';
import { CONTROL } from '../../../mm/layout.js';
import { Mm } from '../../../mm/mm.js';
import { COST, STOP, type Op } from '../../../mm/op.js';
import { COST_NAMES, type Costs, type MachineModel } from '../../../plan/machine-model.js';
import { TaskRecorder } from '../../task-recorder.js';
import type { VirtualCpu } from '../cpu.js';
import { Machine } from '../machine.js';

/** Every kind of work 100 ns; what the machine itself takes is told apart by its figure. */
export const COSTS: Costs = {
  ...(Object.fromEntries(COST_NAMES.map((name) => [name, 100])) as Record<keyof Costs, number>),
  atomicNs: 1,
  lineTransferNs: 10,
  lineTransferRemoteNs: 20,
  wakeUpNs: 300,
  wakeLatencyNs: 1000,
  contextSwitchNs: 500,
  sliceNs: 10_000,
  smtPercent: 150,
  workSpreadPercent: 0,
};

/** One socket of as many cores as CPUs, unless told otherwise. */
export function modelWith(
  cpus: number,
  costs: Partial<Costs> = {},
  topology: Partial<MachineModel['topology']> = {},
): MachineModel {
  return {
    name: 'small',
    cpus,
    topology: { sockets: 1, coresPerSocket: cpus, threadsPerCore: 1, ...topology },
    costs: { ...COSTS, ...costs },
  };
}

export function memoryFor(tasks: number): KernelMemory {
  const pools = { frames: 1024, tables: 64, vmas: 64, files: 0, maxMapCount: 64 };
  const km = KernelMemory.create({ tasks, mms: 1, ...pools });
  Mm.create(km, 0);
  return km;
}

/** A word that no part of the kernel uses here. */
export const freeWord = (km: KernelMemory, line = 0): number =>
  km.at.control + CONTROL.seats + line * 32;

/** A machine for as many tasks as there are programs. */
export function machineFor(model: MachineModel, programs: readonly unknown[]): Machine {
  return new Machine(model, memoryFor(programs.length), new TaskRecorder());
}

export type Program = (cpu: VirtualCpu, machine: Machine) => Op<void>;

/** Runs one program per task to their ends; the machine afterwards. */
export function runAll(model: MachineModel, programs: readonly Program[]): Machine {
  const machine = machineFor(model, programs);
  start(machine, programs);
  return machine;
}

export function start(machine: Machine, programs: readonly Program[]): void {
  machine.run(
    machine.tasks.map((cpu) => programs[cpu.task]!(cpu, machine)),
    Infinity,
    () => undefined,
  );
}

/** So many pieces of work of 100 ns, each a step that others may come before; `at` before each. */
export function* work(
  cpu: VirtualCpu,
  pieces: number,
  at: (cpu: VirtualCpu) => void = () => undefined,
): Op<void> {
  for (let piece = 0; piece < pieces; piece++) {
    if (cpu.mustYield()) yield STOP.step;
    at(cpu);
    cpu.charge(COST.syscall, 1);
  }
}

type Entry = readonly [task: number, timeNs: number];

/** A place to note who was where when. */
export function journal() {
  const entries: Entry[] = [];
  return { entries, note: ({ task, timeNs }: VirtualCpu) => void entries.push([task, timeNs]) };
}

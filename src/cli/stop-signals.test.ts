import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { StopSignal } from './exit-code.js';
import { catchStopSignals } from './stop-signals.js';

class Source extends EventEmitter {
  exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
  send(name: StopSignal): void {
    this.emit(name, name);
  }
}

describe('catchStopSignals', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s asks the run to end', (name) => {
    const source = new Source();
    let told = 0;
    const stop = catchStopSignals(source, () => told++);
    expect(stop.signal.aborted).toBe(false);
    expect(stop.received()).toBeUndefined();
    source.send(name);
    expect(stop.signal.aborted).toBe(true);
    expect(stop.received()).toBe(name);
    expect(told).toBe(1);
    expect(source.exits).toEqual([]);
  });

  it('the second one ends the process at once', () => {
    const source = new Source();
    const stop = catchStopSignals(source, () => undefined);
    source.send('SIGTERM');
    source.send('SIGINT');
    expect(source.exits).toEqual([130]);
    expect(stop.received()).toBe('SIGTERM');
  });

  it('leaves nothing behind', () => {
    const source = new Source();
    catchStopSignals(source, () => undefined).release();
    expect(source.eventNames()).toEqual([]);
  });
});

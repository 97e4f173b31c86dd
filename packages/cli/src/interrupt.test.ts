import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { listenForInterrupts } from './interrupt.ts';
import type { Io } from './io.ts';

function listening() {
  let time = 1000;
  const signals = new EventEmitter();
  const exits: number[] = [];
  const notes: string[] = [];
  let npmEnds = () => {};
  const whenNpmEnds = (listener: () => void) => {
    npmEnds = listener;
    return () => notes.push('watch ended');
  };
  const io = { signals, whenNpmEnds, exit: (code: number) => exits.push(code) } as unknown as Io;
  const interrupts = listenForInterrupts(
    io,
    (text) => notes.push(text),
    () => time,
  );
  const send = (signal: string, after: number) => {
    time += after;
    signals.emit(signal);
  };
  return { interrupts, signals, exits, notes, send, npmEnds: () => npmEnds() };
}

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s aborts at first and ends the process the second time', (signal) => {
  const { interrupts, exits, notes, send } = listening();
  expect(interrupts.signal.aborted).toBe(false);
  send(signal, 0);
  expect(interrupts.signal.aborted).toBe(true);
  expect(notes).toHaveLength(1);
  expect(exits).toEqual([]);
  send(signal, 1000);
  expect(exits).toEqual([130]);
});

it('takes the copy of a signal that npm sends for the signal itself', () => {
  const { exits, send } = listening();
  send('SIGINT', 0);
  send('SIGINT', 20);
  expect(exits).toEqual([]);
});

it('is interrupted by the end of npm, which never counts as a second signal', () => {
  const { interrupts, exits, notes, send, npmEnds } = listening();
  npmEnds();
  expect(interrupts.signal.aborted).toBe(true);
  expect(notes).toEqual(['npm has ended: stopping at the next step that can be resumed.']);
  const later = listening();
  later.send('SIGTERM', 0);
  later.send('SIGTERM', 10);
  later.npmEnds();
  expect([...exits, ...later.exits]).toEqual([]);
  send('SIGINT', 1000);
  expect(exits).toEqual([130]);
});

it('leaves no listener behind', () => {
  const { interrupts, signals, notes } = listening();
  interrupts.stop();
  expect(notes).toEqual(['watch ended']);
  expect(signals.eventNames()).toEqual([]);
});

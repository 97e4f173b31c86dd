import type { Scalars } from '@unbraid/experiment';
import { maskedCrc32c } from './crc32c.ts';
import { createMessage, type Message } from './message.ts';

/*
 * Numbers of fields as in event.proto, summary.proto and plugin_data.proto of TensorBoard. A file of events is a sequence of records of TFRecord: length (64 bits), its masked
 * CRC-32C, the event, its masked CRC-32C.
 */

/** A record of a file of events. */
function recordOf(event: Message): Uint8Array {
  const data = event.done();
  const record = new Uint8Array(16 + data.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, data.length, true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}

/** @param time seconds since 1970 */
const eventAt = (time: number): Message => createMessage().double(1, time);

/** The first record of each file. */
export const versionRecord = (time: number): Uint8Array => recordOf(eventAt(time).text(3, 'brain.Event:2'));

export interface ScalarEvent {
  /** Seconds since 1970. */
  readonly time: number;
  /** A whole number from 0 on. */
  readonly step: number;
  readonly tag: string;
  /** Kept as a float32, which is what TensorBoard shows. */
  readonly value: number;
  /** Of the first event of a tag: what it is. */
  readonly description?: string | undefined;
}

export function scalarRecord({ time, step, tag, value, description }: ScalarEvent): Uint8Array {
  const scalar = createMessage().text(1, tag).float(2, value);
  if (description !== undefined) {
    const plugin = createMessage().text(1, 'scalars');
    scalar.message(9, createMessage().message(1, plugin).text(3, description));
  }
  return recordOf(eventAt(time).integer(2, step).message(5, createMessage().message(1, scalar)));
}

/** How a session of hyperparameters ended, in the numbers of the protocol. */
export const sessionStatus = { unknown: 0, success: 1, failure: 2 } as const;

/** That a run has these settings. @param started seconds since 1970 */
export function settingsRecord(settings: Scalars, started: number): Uint8Array {
  const session = createMessage();
  for (const [name, value] of Object.entries(settings))
    session.message(1, createMessage().text(1, name).message(2, valueMessage(value)));
  session.double(5, started);
  return pluginRecord(started, '_hparams_/session_start_info', createMessage().message(3, session));
}

/** That a run has ended. @param time seconds since 1970 */
export function endRecord(status: number, time: number): Uint8Array {
  const session = createMessage().integer(1, status).double(2, time);
  return pluginRecord(time, '_hparams_/session_end_info', createMessage().message(4, session));
}

/** google.protobuf.Value */
function valueMessage(value: Scalars[string]): Message {
  if (typeof value === 'number') return createMessage().double(2, value);
  return typeof value === 'boolean' ? createMessage().boolean(4, value) : createMessage().text(3, value);
}

/** TensorProto of a float32 scalar: kind DT_FLOAT, an empty shape and its value, which TensorBoard asks for where there is nothing but metadata. */
const nothing = (): Message => createMessage().integer(1, 1).message(2, createMessage()).float(5, 0);

function pluginRecord(time: number, tag: string, content: Message): Uint8Array {
  const plugin = createMessage().text(1, 'hparams').message(2, content);
  const metadata = createMessage().message(1, plugin);
  const value = createMessage().text(1, tag).message(9, metadata).message(8, nothing());
  return recordOf(eventAt(time).message(5, createMessage().message(1, value)));
}

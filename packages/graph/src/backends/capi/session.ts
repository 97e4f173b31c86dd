import { isMainThread } from 'node:worker_threads';
import { StateError } from '@unbraid/checks';
import { bytesOf, onnxTypeOf, type TypedArray } from '../../dtype.ts';
import { checkData } from '../../run/buffer.ts';
import { byPort, type Place, type Port } from '../../run/port.ts';
import { ShapeError } from '../../shape.ts';
import type { BoundSession, Places, Session } from '../backend.ts';
import { giveTurn } from '../turns.ts';
import type { OnnxRuntime, Pointer } from './library.ts';

/** What sessions are made with. */
export interface Engine {
  readonly ort: OnnxRuntime;
  readonly env: Pointer;
  /** OrtMemoryInfo of this process's own memory. */
  readonly memory: Pointer;
}

/** What is freed by hand: a session's bindings before itself. */
interface Handles {
  readonly session: Pointer;
  readonly bindings: Set<BindingHandles>;
  /** Options of the next run, null for none. */
  nextRun: Pointer;
}

interface BindingHandles {
  readonly binding: Pointer;
  readonly values: Set<Pointer>;
}

/** Vectors of a port that tensors are kept for: two, for ports that change places after each run. */
const KEPT = 2;

/** What frees each session that was not released. */
const unreleased = new Set<() => void>();
const forgotten = new FinalizationRegistry<() => void>((free) => free());

// With a thread its objects end without a word, and ONNX Runtime's threads would stay. A process that exits takes all with it.
if (!isMainThread) process.once('exit', () => unreleased.forEach((free) => void free()));

/**
 * A session of ONNX Runtime's library, which it owns.
 * @param ended is called when it was freed; must not keep hold of it
 * @param firstRun options of its first run alone; null for none
 */
export function capiSession(engine: Engine, session: Pointer, ended: () => void, firstRun: Pointer = null): Session {
  const handles: Handles = { session, bindings: new Set(), nextRun: firstRun };
  const free = freeing(engine.ort, handles, ended);
  let released = false;
  const made: Session = {
    bind(inputs, outputs) {
      if (released) throw new StateError('graph: a session was released; compile the graph again');
      return bind(engine, made, handles, inputs, outputs);
    },
    async release() {
      if (released) return;
      released = true;
      forgotten.unregister(made);
      free();
    },
  };
  forgotten.register(made, free, made);
  return made;
}

/** Apart from `capiSession`: it must not keep hold of the session itself. */
function freeing(ort: OnnxRuntime, { session, bindings }: Handles, ended: () => void): () => void {
  const free = () => {
    unreleased.delete(free);
    for (const handles of bindings) freeBinding(ort, handles);
    bindings.clear();
    ort.releaseSession(session);
    ended();
  };
  unreleased.add(free);
  return free;
}

function freeBinding(ort: OnnxRuntime, { binding, values }: BindingHandles): void {
  ort.releaseIoBinding(binding);
  for (const value of values) ort.releaseValue(value);
  values.clear();
}

/** @param owner is kept alive with what is bound, since ONNX Runtime holds addresses only */
function bind(engine: Engine, owner: Session, handles: Handles, inputs: Places, outputs: Places) {
  const { session, bindings } = handles;
  const { ort } = engine;
  const own: BindingHandles = { binding: ort.createIoBinding(session), values: new Set() };
  bindings.add(own);
  const follow = (places: Places, bindTo: BindTo) =>
    [...byPort(places)].map(([port, leaves]) => followPort(engine, own, port, leaves, bindTo));
  const sources = follow(inputs, ort.bindInput);
  const targets = follow(outputs, ort.bindOutput);
  const ports = [...sources, ...targets];
  const { binding } = own;
  let bound: Session | undefined = owner;
  const run = (): Promise<void> | undefined => {
    if (bound === undefined || !bindings.has(own)) throw new StateError('graph: run of a session that was released');
    let moved = false;
    for (const port of ports) moved = port.follow() || moved;
    if (moved) checkApart(sources, targets);
    const { nextRun } = handles;
    handles.nextRun = null;
    const status = ort.runWithBinding(session, nextRun, binding);
    if (status !== null) ort.check(status);
    return giveTurn();
  };
  return {
    run,
    release() {
      bound = undefined;
      if (bindings.delete(own)) freeBinding(ort, own);
    },
  } satisfies BoundSession;
}

type BindTo = (binding: Pointer, name: string, value: Pointer) => void;

/** One port's tensors in a binding. */
interface Followed {
  readonly port: Port;
  /** Binds the port's present vector, unless it is bound. Returns whether it had to. @throws {ShapeError} for one that doesn't fit */
  follow(): boolean;
  /** Where its tensors begin and end. */
  ranges(): readonly (readonly [bigint, bigint])[];
}

interface Kept {
  readonly data: TypedArray;
  readonly ranges: readonly (readonly [bigint, bigint])[];
  readonly values: readonly (readonly [string, Pointer])[];
}

function followPort(
  { ort, memory }: Engine,
  own: BindingHandles,
  port: Port,
  places: ReadonlyMap<string, Place>,
  bindTo: BindTo,
): Followed {
  /** The last vectors that were bound, the latest first. */
  const kept: Kept[] = [];
  const { layout, name } = port;
  const make = (data: TypedArray): Kept => {
    // Reading `buffer` moves a small array out of V8's heap, where the collector would move it.
    const { buffer, byteOffset } = data;
    const start = ort.koffi.address(new Uint8Array(buffer, byteOffset, data.byteLength));
    const ranges = [...places.values()].map(({ dtype, offset, size }) => {
      const at = start + BigInt(offset * bytesOf(dtype));
      return [at, at + BigInt(size * bytesOf(dtype))] as const;
    });
    const values = [...places].map(([leaf, { dtype, size, shape }], i) => {
      const sizes = BigInt64Array.from(shape, BigInt);
      const [at] = ranges[i]!;
      const bytes = size * bytesOf(dtype);
      const type = onnxTypeOf(dtype);
      const value = ort.createTensorWithDataAsOrtValue(memory, at, bytes, sizes, shape.length, type);
      own.values.add(value);
      return [leaf, value] as const;
    });
    return { data, ranges, values };
  };
  const drop = ({ values }: Kept) => {
    for (const [, value] of values) {
      own.values.delete(value);
      ort.releaseValue(value);
    }
  };
  return {
    port,
    follow() {
      const { data } = port.source;
      if (data === kept[0]?.data && data.length === layout.size) return false;
      checkData('graph', name, layout, data);
      const known = kept.findIndex((one) => one.data === data);
      const next = known < 0 ? make(data) : kept.splice(known, 1)[0]!;
      kept.unshift(next);
      for (const [leaf, value] of next.values) bindTo(own.binding, leaf, value);
      for (const old of kept.splice(KEPT)) drop(old);
      return true;
    },
    ranges: () => kept[0]!.ranges,
  };
}

/** ONNX Runtime doesn't know that two of its tensors share memory, and computes in an order of its own. */
function checkApart(sources: readonly Followed[], targets: readonly Followed[]): void {
  for (const [i, target] of targets.entries()) {
    for (const other of [...sources, ...targets.slice(0, i)]) {
      const meets = ([from, to]: readonly [bigint, bigint]) =>
        other.ranges().some(([otherFrom, otherTo]) => from < otherTo && otherFrom < to);
      if (!target.ranges().some(meets)) continue;
      const [name, of] = [target.port.name, other.port.name];
      throw new ShapeError(`graph: output ${name} shares memory with ${of}; give it memory of its own`);
    }
  }
}

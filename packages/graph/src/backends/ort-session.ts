import type { DType, TypedArray } from '../dtype.ts';
import { leafView } from '../run/buffer.ts';
import { byPort, type Place, type Port, viewAt } from '../run/port.ts';
import type { Shape } from '../shape.ts';
import type { BoundSession, Places, Session } from './backend.ts';
import { discard } from './discard.ts';
import type { OrtInferenceSession, OrtTensor, OrtTensors } from './ort-types.ts';

/** What ONNX Runtime's JavaScript packages differ in. */
export interface OrtFlavour {
  /** Whether outputs given as tensors are written in place; otherwise results are new tensors, which are copied. */
  readonly writesInPlace: boolean;
  tensor(dtype: DType, data: TypedArray, shape: Shape): OrtTensor;
}

/** A session of one of ONNX Runtime's own JavaScript packages. */
export const ortSession = (session: OrtInferenceSession, flavour: OrtFlavour): Session => ({
  bind: (inputs, outputs) => bind(session, flavour, inputs, outputs),
  release: () => session.release(),
});

function bind(session: OrtInferenceSession, flavour: OrtFlavour, inputs: Places, outputs: Places): BoundSession {
  const follow = (places: Places) => [...byPort(places)].map(([port, own]) => follower(flavour, port, own));
  const [sources, targets] = [follow(inputs), flavour.writesInPlace ? follow(outputs) : []];
  const feeds: OrtTensors = {};
  const fetches: OrtTensors = {};
  /** @returns whether any vector is another than before */
  const lookUp = () => sources.map((source) => source(feeds)).includes(true);

  async function results(): Promise<OrtTensors> {
    lookUp();
    for (;;) {
      try {
        return await session.run(feeds);
      } catch (error) {
        // It reads its inputs one after another, and lets others work meanwhile: where memory has moved under it, nothing has been computed yet.
        if (!lookUp()) throw error;
      }
    }
  }

  return {
    async run() {
      if (flavour.writesInPlace) {
        lookUp();
        for (const target of targets) target(fetches);
        discard(await session.run(feeds, fetches));
      } else copy(await results(), outputs);
    },
    release: () => undefined,
  };
}

function copy(results: OrtTensors, places: Places): void {
  for (const [name, place] of places) (viewAt(place) as Float32Array).set(results[name]!.data as Float32Array);
}

/** Puts tensors over a port's present vector under their ONNX names; does nothing, and returns false, while the vector stays the same. */
function follower(
  { tensor }: OrtFlavour,
  port: Port,
  places: ReadonlyMap<string, Place>,
): (into: OrtTensors) => boolean {
  const made = new WeakMap<TypedArray, [string, OrtTensor][]>();
  let bound: TypedArray | undefined;
  const tensorsOver = (data: TypedArray): [string, OrtTensor][] => {
    const known = made.get(data);
    if (known) return known;
    const tensors = [...places].map(([name, { dtype, offset, size, shape }]): [string, OrtTensor] => [
      name,
      tensor(dtype, leafView(dtype, data, offset, size), shape),
    ]);
    made.set(data, tensors);
    return tensors;
  };
  return (into) => {
    const { data } = port.source;
    if (data === bound) return false;
    bound = data;
    for (const [name, tensor] of tensorsOver(data)) into[name] = tensor;
    return true;
  };
}

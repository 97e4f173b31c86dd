import type { Backend, Places } from '../backends/backend.ts';
import type { Shape } from '../shape.ts';
import { BLOCKED } from './emitter.ts';
import { encodeModel } from './encode.ts';

/** More channels than any block has. */
const CHANNELS = 64;

/** `channelBlock` of a backend: what `findChannelBlock` finds, looked for once. */
export function channelBlockBy(createSession: Backend['createSession']): () => Promise<number | undefined> {
  let found: Promise<number | undefined> | undefined;
  return () => {
    found ??= findChannelBlock(createSession);
    return found;
  };
}

/**
 * The number of channels in a block of ONNX Runtime's blocked layout, which depends on the processor; undefined where it has none. Found by
 * reordering two pixels: the first channel of the second pixel comes where the first block of the first one ends.
 */
async function findChannelBlock(createSession: Backend['createSession']): Promise<number | undefined> {
  const shape = [1, CHANNELS, 1, 2];
  const model = encodeModel({
    nodes: [{ name: 'reorder', type: BLOCKED.reorderInput, inputs: ['x'], output: 'y', attributes: {} }],
    constants: [],
    inputs: [{ name: 'x', dtype: 'float32', shape }],
    outputs: [{ name: 'y', dtype: 'float32', shape }],
  });
  try {
    const session = await createSession(model);
    const pixels = Float32Array.from({ length: 2 * CHANNELS }, (_, i) => i);
    const reordered = new Float32Array(pixels.length);
    const bound = session.bind(placeOf('x', pixels, shape), placeOf('y', reordered, shape));
    await bound.run();
    bound.release();
    await session.release();
    const block = reordered.indexOf(1);
    return block > 1 ? block : undefined;
  } catch {
    // A runtime without the layout refuses the model.
    return undefined;
  }
}

/** An array as the only leaf of its port. */
function placeOf(name: string, data: Float32Array, shape: Shape): Places {
  const whole = { offset: 0, size: data.length, shape };
  const layout = { dtype: 'float32' as const, size: data.length, leaves: [{ path: '', ...whole }] };
  return new Map([[name, { port: { name, layout, source: { data } }, dtype: 'float32', ...whole }]]);
}

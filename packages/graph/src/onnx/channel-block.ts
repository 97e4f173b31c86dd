import type { Backend } from '../backends/backend.ts';
import { BLOCKED } from './emitter.ts';
import { encodeModel } from './encode.ts';

/** More channels than any block has. */
const CHANNELS = 64;

/**
 * The number of channels in a block of ONNX Runtime's blocked layout, which depends on the processor; undefined where it has none. Found by
 * reordering two pixels: the first channel of the second pixel comes where the first block of the first one ends.
 */
export async function findChannelBlock(
  backend: Pick<Backend, 'createSession' | 'tensor'>,
): Promise<number | undefined> {
  const shape = [1, CHANNELS, 1, 2];
  const model = encodeModel({
    nodes: [{ name: 'reorder', type: BLOCKED.reorderInput, inputs: ['x'], output: 'y', attributes: {} }],
    constants: [],
    inputs: [{ name: 'x', dtype: 'float32', shape }],
    outputs: [{ name: 'y', dtype: 'float32', shape }],
  });
  try {
    const session = await backend.createSession(model);
    const pixels = Float32Array.from({ length: 2 * CHANNELS }, (_, i) => i);
    const { y } = await session.run({ x: backend.tensor('float32', pixels, shape) });
    await session.release();
    const block = (y!.data as Float32Array).indexOf(1);
    return block > 1 ? block : undefined;
  } catch {
    // A runtime without the layout refuses the model.
    return undefined;
  }
}

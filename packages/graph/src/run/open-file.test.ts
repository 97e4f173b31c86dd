import { expect, test } from 'vitest';
import { nodeRuntime } from '../backends/node.ts';
import { exportOnnx, f32, mul, openFile, trace } from '../index.ts';

const runtime = nodeRuntime({ threads: 1 });
const file = () => exportOnnx({ graph: (rows: number) => trace({ x: f32(rows, 2) }, ({ x }) => ({ y: mul(x, 3) })) });

test('a file is run as it is, for the shapes that are given', async () => {
  const open = await openFile(file(), { inputs: { x: f32(3, 2) }, outputs: { y: f32(3, 2) } }, runtime);
  open.inputs.x!.float32.set([1, 2, 3, 4, 5, 6]);
  await open.run();
  expect([...open.outputs.y!.float32]).toEqual([3, 6, 9, 12, 15, 18]);
  await open.release();
});

test('bytes that are no model, and shapes that are not those of the file', async () => {
  const specs = { inputs: { x: f32(3, 2) }, outputs: { y: f32(3, 2) } };
  await expect(openFile(Uint8Array.of(1, 2, 3), specs, runtime)).rejects.toThrow(
    'graph: ONNX Runtime could not compile the graph',
  );
  const wrong = await openFile(file(), { ...specs, inputs: { x: f32(2, 3) } }, runtime);
  await expect(wrong.run()).rejects.toThrow('graph: ONNX Runtime could not run the graph');
  await wrong.release();
});

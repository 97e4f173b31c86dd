import type { SafeTensor } from '@unbraid/data';
import { argMax, cast, compile, f32, greaterEqual, matmul, mul, type Runtime, trace, transpose } from '@unbraid/graph';
import type { GaluLeastSquares } from './cgls.ts';

/** Percent of the test inputs whose largest output is their class. */
export async function testAccuracy(
  runtime: Runtime,
  { sizes, u, a, weights }: GaluLeastSquares & { readonly weights: Float32Array },
  { x, labels }: { readonly x: SafeTensor<'F32'>; readonly labels: Int32Array },
): Promise<number> {
  const { inputs, gates, outputs } = sizes;
  const specs = { x: f32(labels.length, inputs), w: f32(gates, inputs), u: f32(gates, inputs), a: f32(gates, outputs) };
  const executable = await compile(
    trace(specs, ({ x, w, u, a }) => {
      const on = cast(greaterEqual(matmul(x, transpose(u)), 0), 'float32');
      return { label: cast(argMax(matmul(mul(matmul(x, transpose(w)), on), a)), 'int32') };
    }),
    runtime,
    { inputs: { x, w: { data: weights }, u: { data: u }, a: { data: a } } },
  );
  await executable.run();
  const right = executable.outputs.label.int32.filter((label, index) => label === labels[index]).length;
  await executable.release();
  return (right / labels.length) * 100;
}

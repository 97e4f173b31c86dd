import { createMatrix, type Matrix, readSafetensors, requireTensor, writeSafetensors } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { tangentKernel, withKernelProduct } from '@unbraid/linearity';
import {
  type AnyModel,
  activation,
  averagePool2d,
  conv2d,
  dense,
  flatten,
  initialize,
  sequential,
  unflatten,
} from '@unbraid/nn';

/** What is computed: the kernel of all outputs, that of their sum over √c, or ten products with the first. */
export type ConvolutionKernelKind = 'kernel' | 'sum' | 'product';

/** What a side is told: a safetensors file with `x` and the flat `params` of `convolutionNetwork`. */
export interface ConvolutionKernelTask {
  readonly file: string;
  readonly threads: number;
  readonly kind: ConvolutionKernelKind;
}

/** Rows of the task. */
export const CONVOLUTION_ROWS = 200;
const SIDE = 16;

/** Two convolutions of 3 × 3 with ReLU and pooling on images of 3 × 16 × 16, ten outputs: 29,642 parameters. */
export const convolutionNetwork = (): AnyModel => {
  const layers: Readonly<Record<string, AnyModel>> = {
    image: unflatten([3, SIDE, SIDE]),
    first: conv2d({ channels: 3, filters: 32, kernel: 3, padding: 'same' }),
    relu1: activation('relu'),
    pool1: averagePool2d({ kernel: 2 }),
    second: conv2d({ channels: 32, filters: 64, kernel: 3, padding: 'same' }),
    relu2: activation('relu'),
    pool2: averagePool2d({ kernel: 2 }),
    flat: flatten(),
    last: dense(1024, 10),
  };
  return sequential(layers);
};

/** Writes the network and its inputs. The same seed gives the same file. */
export async function writeConvolutionTask(file: string, seed: number): Promise<void> {
  const params = initialize(convolutionNetwork(), seed);
  const shape = [CONVOLUTION_ROWS, 3 * SIDE * SIDE] as const;
  const x = createRandom(seed)
    .split('inputs')
    .normal(new Float32Array(shape[0] * shape[1]));
  await writeSafetensors(file, {
    x: { dtype: 'F32', shape, data: x },
    params: { dtype: 'F32', shape: [params.length], data: params },
  });
}

/** Reads what `writeConvolutionTask` wrote. */
export async function readConvolutionTask(file: string): Promise<{ params: Float32Array; x: Matrix }> {
  const content = await readSafetensors(file);
  const { shape, data } = requireTensor(content, 'x', 'F32');
  return { params: requireTensor(content, 'params', 'F32').data, x: createMatrix(shape[0]!, shape[1]!, data) };
}

const PRODUCTS = 10;

/** What all sides compute; numbers to be compared. */
export async function convolutionKernel(
  point: { readonly params: Float32Array; readonly x: Matrix },
  kind: ConvolutionKernelKind,
  options: Parameters<typeof withKernelProduct>[3],
): Promise<readonly number[]> {
  const own = { model: convolutionNetwork(), params: point.params };
  if (kind === 'product')
    return withKernelProduct(
      own,
      point.x,
      async (product, outputs) => {
        const v = Float32Array.from({ length: point.x.rows * outputs }, (_, i) => Math.sin(i + 1));
        let result = await product(v);
        for (let k = 1; k < PRODUCTS; k++) result = await product(v);
        return [...result];
      },
      options,
    );
  const outputs = kind === 'sum' ? 'sum' : 'each';
  const { kernel } = await tangentKernel(own, point.x, point.x, { ...options, outputs, sampledRows: 0 });
  return [...kernel.data.subarray(0, 8 * kernel.cols)];
}

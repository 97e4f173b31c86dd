import {
  applyScaling,
  createMatrix,
  fitNormScaling,
  type LabelledImages,
  loadMnist,
  type Matrix,
  type SafeTensor,
  writeSafetensors,
} from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import type { Binding } from '../own-binding.ts';

/** What a side of the MNIST contest is told. */
export interface GaluMnistTask {
  /**
   * A safetensors file: X (images x 785, centred, mean norm √784, and a column of ones), Y (images x 10, one-hot), U
   * (gates x 785), A (gates x 10), XTest, labelsTest.
   */
  readonly file: string;
  /** Iterations of CGLS. */
  readonly iterations: number;
  readonly threads: number;
  /** Our side's. */
  readonly binding?: Binding;
}

const CLASSES = 10;

/** Writes all of MNIST with Gaussian gates and Gaussian output weights of variance 1 / gates. */
export async function writeGaluMnistTask(file: string, gates: number, seed: number): Promise<void> {
  const { train, test } = await loadMnist();
  const scaling = fitNormScaling(train.images);
  const prepare = ({ images }: LabelledImages) => matrixTensor(withOnes(applyScaling(scaling, images, images)));
  const random = createRandom(seed);
  const width = train.images.cols + 1;
  await writeSafetensors(file, {
    X: prepare(train),
    Y: matrixTensor(oneHot(train.labels)),
    XTest: prepare(test),
    labelsTest: { dtype: 'I32', shape: [test.labels.length], data: test.labels },
    U: { dtype: 'F32', shape: [gates, width], data: random.split('U').normal(new Float32Array(gates * width)) },
    A: {
      dtype: 'F32',
      shape: [gates, CLASSES],
      data: random.split('A').normal(new Float32Array(gates * CLASSES), 0, 1 / Math.sqrt(gates)),
    },
  });
}

function matrixTensor({ rows, cols, data }: Matrix): SafeTensor<'F32'> {
  return { dtype: 'F32', shape: [rows, cols], data };
}

function withOnes(x: Matrix): Matrix {
  const wider = createMatrix(x.rows, x.cols + 1);
  for (let i = 0; i < x.rows; i++) {
    wider.data.set(x.data.subarray(i * x.cols, (i + 1) * x.cols), i * wider.cols);
    wider.data[(i + 1) * wider.cols - 1] = 1;
  }
  return wider;
}

function oneHot(labels: Int32Array): Matrix {
  const matrix = createMatrix(labels.length, CLASSES);
  labels.forEach((label, i) => {
    matrix.data[i * CLASSES + label] = 1;
  });
  return matrix;
}

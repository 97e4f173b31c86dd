import {
  activation,
  basicBlock,
  batchNorm,
  conv2d,
  cosineDecay,
  dense,
  exportModel,
  globalAveragePool,
  initialize,
  sequential,
} from '@unbraid/nn';
import { exportOnnx, importOnnx, replaceHead } from '@unbraid/onnx';

/**
 * The model of an ONNX file with a head for so many classes; `size` is the side of the images that it reads.
 * @param features what the layers before the head give for an image; 512 in a resnet18
 */
export async function fromFile(path, { features, classes }) {
  const imported = await importOnnx(path);
  const [[input, { shape }]] = Object.entries(imported.inputs);
  const [channels, size, width] = shape;
  if (shape.length !== 3 || channels !== 3 || size !== width)
    throw new Error(`${path} reads ${input} of shape ${shape.join(' × ')}; images of 3 × size × size are needed`);
  const model = replaceHead(imported, dense(features, classes.length));
  return {
    size,
    model,
    // The head is new and learns ten times as fast as the layers below it.
    settings: { params: initialize(model, 0), learningRate: 1e-3, learningRates: { '*': 0.1, head: 1 }, epochs: 5 },
    encode: (params) => exportOnnx(model, params, { metadata: { classes: JSON.stringify(classes) } }),
  };
}

/** A small residual network whose values are drawn, so that all of it has to be learnt. */
export function fromScratch({ classes }) {
  const size = 32;
  const layers = sequential([
    conv2d({ channels: 3, filters: 16, kernel: 3, padding: 1, bias: false }),
    batchNorm({ features: 16 }),
    activation('relu'),
    basicBlock({ channels: 16, stride: 2 }),
    basicBlock({ channels: 16, filters: 32, stride: 2 }),
    basicBlock({ channels: 32, filters: 64, stride: 2 }),
    globalAveragePool(),
    dense(64, classes.length),
  ]);
  const model = {
    name: 'small residual network',
    params: layers.params,
    inputs: { images: { shape: [3, size, size], dtype: 'float32' } },
    apply: (params, { images }, mode) => layers.apply(params, images, mode),
  };
  return {
    size,
    model,
    settings: { learningRate: cosineDecay(5e-3, 40), epochs: 40 },
    encode: (params) => exportModel(model, params, { classes }),
  };
}

import { extname } from 'node:path';
import { readKerasWeights } from '@unbraid/data';
import { UsageError } from '@unbraid/experiment';
import { type AnyModel, initialize, loadModel, paramsFromKeras } from '@unbraid/nn';
import { type DenseName, denseNetworks } from './dense-networks.ts';

/** A network from a file. */
export interface GivenNetwork {
  readonly model: AnyModel;
  readonly params: Float32Array;
}

/**
 * Reads a network: an ONNX file of any origin, a model that `saveModel` wrote (`.safetensors`), or weights that Keras wrote (`.h5`) for the network called `network`.
 * @throws {UsageError} for a file of another kind
 * @throws {InputError} from what reads it
 */
export async function readNetwork(file: string, network: DenseName): Promise<GivenNetwork> {
  switch (extname(file).toLowerCase()) {
    case '.onnx': {
      const { importOnnx } = await import('@unbraid/onnx');
      const model = await importOnnx(file);
      return { model, params: initialize(model, 0) };
    }
    case '.safetensors':
      return loadModel(file);
    case '.h5': {
      const { model } = denseNetworks[network]();
      return { model, params: paramsFromKeras(model, await readKerasWeights(file), { name: file }) };
    }
    default:
      throw new UsageError(`laperm: ${file} is of no kind that is read; give an .onnx, a .safetensors or an .h5 file`);
  }
}

import { checkFiniteValues, InputError, showValue } from '@unbraid/checks';
import { decodeSafetensors, encodeSafetensors, type SafeTensor, type Safetensors } from '@unbraid/data';
import { type Gln, glnOf } from './gln.ts';
import type { GlnLayer } from './layer.ts';
import { checkWeightCount, configurationSchema, type GlnConfiguration, shapesOf } from './settings.ts';

/** Files of other versions are refused. */
const FORMAT = 'unbraid-gln-1';

const PARTS = ['normals', 'offsets', 'weights'] as const;

/**
 * A gated linear network as the bytes of a safetensors file: half-spaces and weights of each layer, settings and steps as metadata. One that is read goes on learning
 * with the same numbers.
 * @throws {InputError} `not-finite`, for a network with NaN or infinite weights
 */
export function encodeGln({ configuration, steps, layers }: Gln): Uint8Array {
  const tensors = layers.flatMap((layer, l) =>
    PARTS.map((part): [string, SafeTensor] => {
      checkFiniteValues(`galu: ${nameOf(l, part)}`, layer[part], 'scale the inputs, or take a lower learning rate');
      return [nameOf(l, part), { dtype: 'F32', shape: layer.shape[part], data: layer[part] }];
    }),
  );
  const metadata = { format: FORMAT, settings: JSON.stringify(configuration), steps: String(steps) };
  return encodeSafetensors(Object.fromEntries(tensors), metadata);
}

/**
 * The network that `encodeGln` wrote.
 * @param name how errors call the file
 * @throws {InputError} in one line, for bytes that are damaged, of another format, or whose settings and tensors don't agree, and for NaN and infinities
 */
export function decodeGln(bytes: Uint8Array, name = 'the saved network'): Gln {
  return parseGln(decodeSafetensors(bytes, name), name);
}

/** The network in the content of a file. @throws {InputError} as `decodeGln` */
export function parseGln(file: Safetensors, name: string): Gln {
  const { format, settings, steps } = file.metadata;
  if (format !== FORMAT)
    throw refuse(name, `its format is ${format === undefined ? 'missing' : showValue(format)}, expected ${FORMAT}`);
  const configuration = configurationOf(settings, name);
  const made = Number(steps);
  if (steps === undefined || !Number.isSafeInteger(made) || made < 0)
    throw refuse(name, 'its number of steps is damaged');
  const shapes = shapesOf(configuration);
  const layers = shapes.map((shape, l): GlnLayer => {
    const [normals, offsets, weights] = PARTS.map((part) => arrayOf(file, nameOf(l, part), shape[part], name));
    return { shape, normals: normals!, offsets: offsets!, weights: weights! };
  });
  const stray = Object.keys(file.tensors).length - PARTS.length * layers.length;
  if (stray > 0) throw refuse(name, `it has ${stray} tensors more than the network`);
  return glnOf(configuration, layers, made);
}

const nameOf = (layer: number, part: string) => `layers.${layer}.${part}`;

const refuse = (name: string, what: string) =>
  new InputError(
    'model',
    `galu: ${name} is no gated linear network that this version reads: ${what}; save it again with saveGln`,
  );

function configurationOf(text: string | undefined, name: string): GlnConfiguration {
  const parsed = configurationSchema.safeParse(parseJson(text));
  if (!parsed.success) throw refuse(name, 'its settings are damaged');
  const configuration = parsed.data;
  if (configuration.names && configuration.names.length !== configuration.classes)
    throw refuse(name, `it has ${configuration.classes} classes and ${configuration.names.length} names`);
  checkWeightCount(configuration);
  return configuration;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** A copy, since a network changes its weights. */
function arrayOf(file: Safetensors, tensor: string, shape: readonly number[], name: string): Float32Array {
  const found = Object.hasOwn(file.tensors, tensor) ? file.tensors[tensor] : undefined;
  if (found?.dtype !== 'F32' || found.shape.join() !== shape.join()) {
    const is = found ? `${found.dtype} [${found.shape.join(', ')}]` : 'missing';
    throw refuse(name, `its tensor ${tensor} is ${is}, the network's is F32 [${shape.join(', ')}]`);
  }
  const { data } = found as SafeTensor<'F32'>;
  checkFiniteValues(`galu: ${name}: ${tensor}`, data, 'the file is damaged, or of training that diverged');
  return data.slice();
}

import { checkFiniteValues, checkSettings, having, InputError, showValue, text } from '@unbraid/checks';
import { decodeSafetensors, encodeSafetensors, requireTensor, type SafeTensor, type Safetensors } from '@unbraid/data';
import { type Layout, layoutOf } from '@unbraid/graph';
import * as z from 'zod';
import { createVae, type ImageVae, isDescribedBySettings, type VaeSettings } from '../vae/create-vae.ts';
import type { Vae } from '../vae/vae.ts';
import { checkParams, type TrainedVae } from './trained-vae.ts';

const FORMAT = 'unbraid-vae-1';
/** In the metadata: the network is one that `createVae` doesn't make. */
const OWN = 'own';

/**
 * The bytes of a file of a trained VAE, safetensors: a tensor for each parameter under its path, the settings as metadata.
 * @throws {InputError} for parameters of another number, or that are not finite
 */
export function encodeVae(trained: TrainedVae): Uint8Array {
  checkParams(trained);
  const { vae, params } = trained;
  const tensors = layoutOf(vae.params, 'params').leaves.map(({ path: name, shape, offset, size }) => {
    const tensor: SafeTensor = { dtype: 'F32', shape, data: params.slice(offset, offset + size) };
    return [name, tensor] as const;
  });
  const network = isDescribedBySettings(vae) ? 'of the settings' : OWN;
  const metadata = { format: FORMAT, settings: JSON.stringify(vae.settings), network };
  return encodeSafetensors(Object.fromEntries(tensors), metadata);
}

/** What reading a saved VAE takes. */
export interface LoadVaeOptions<V extends Vae = Vae> {
  /**
   * The VAE whose parameters were saved; needed for a network of your own, which a file can't describe. By default the one that `createVae`
   * makes of the file's settings.
   */
  readonly vae?: V;
  /** What errors call the bytes. Default `the saved VAE`, or the path of a file. */
  readonly name?: string;
}

/** A VAE among options. */
export const vaeSetting = () =>
  having<Vae>(
    'a VAE as createVae or vaeFrom makes it',
    'settings',
    'latent',
    'rows',
    'likelihood',
    'params',
    'encode',
    'decode',
  );

/** Of `LoadVaeOptions`. */
export const loadSchema = z.object({
  vae: vaeSetting().optional(),
  name: text().optional(),
});

/**
 * The VAE in the bytes that `encodeVae` gave.
 * @throws {InputError} `model`, where they are of another kind or network, or have values that are not finite: with the tensor
 */
export function decodeVae<V extends Vae = ImageVae>(bytes: Uint8Array, options: LoadVaeOptions<V> = {}): TrainedVae<V> {
  const { vae, name = 'the saved VAE' } = checkSettings('dynamic-vae: decodeVae', loadSchema, options);
  return trainedIn(decodeSafetensors(bytes, name), name, vae) as TrainedVae<V>;
}

/** The VAE in the content of a file. @throws {InputError} as `decodeVae`, naming the file by `path` */
export function trainedIn(file: Safetensors, path: string, network: Vae | undefined): TrainedVae {
  checkFormat(file, path);
  const vae = network ?? describedIn(file, path);
  checkData(file, vae, path);
  const layout = layoutOf(vae.params, 'params');
  checkTensors(file, layout, path);
  const params = new Float32Array(layout.size);
  for (const { path: name, offset } of layout.leaves) {
    const { data } = requireTensor(file, name, 'F32');
    checkFiniteValues(`dynamic-vae: ${path}: ${name}`, data, 'the file is of training that diverged, or damaged');
    params.set(data, offset);
  }
  return { vae, params };
}

/** Refuses the parameters of a VAE of other data or another likelihood, which may have as many. */
function checkData({ metadata: { settings } }: Safetensors, vae: Vae, path: string): void {
  const [then, now] = [settingsIn(settings), vae.settings as Readonly<Record<string, unknown>>];
  for (const key of DATA_SETTINGS) {
    const [was, is] = [then[key], now[key]].map((value) => JSON.stringify(value) ?? 'missing');
    if (was === is) continue;
    throw new InputError(
      'model',
      `dynamic-vae: ${path} is of other data: its ${key} is ${was!.slice(0, 200)}, that of the given vae ${is!.slice(0, 200)}`,
    );
  }
}

/** What decides of the settings what parameters mean. */
const DATA_SETTINGS = ['input', 'image', 'likelihood', 'variance', 'values'] as const;

function settingsIn(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text ?? '{}') as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}

function checkFormat({ metadata: { format } }: Safetensors, path: string): void {
  if (format === FORMAT) return;
  throw new InputError(
    'model',
    `dynamic-vae: ${path} is not a saved VAE (format ${format === undefined ? 'missing' : showValue(format)}, expected ${FORMAT})`,
  );
}

function describedIn({ metadata: { settings, network } }: Safetensors, path: string): Vae {
  if (network === OWN) {
    throw new InputError(
      'model',
      `dynamic-vae: ${path} has the parameters of a network of your own, which its settings don't describe; give it as the option vae`,
    );
  }
  try {
    return createVae(JSON.parse(settings ?? 'null') as VaeSettings);
  } catch (cause) {
    // The file's own words, of which a line that anyone reads has no more than the first.
    const reason = cause instanceof InputError ? JSON.stringify(cause.message.slice(0, 200)) : 'they are not JSON';
    throw new InputError('model', `dynamic-vae: ${path}: its settings can't be used: ${reason}`, { cause });
  }
}

/** Refuses a file whose tensors are not those of the network. */
function checkTensors(file: Safetensors, { leaves }: Layout, path: string): void {
  const refuse = (what: string) => new InputError('model', `dynamic-vae: ${path}: ${what}`);
  for (const { path: name, shape } of leaves) {
    const tensor = Object.hasOwn(file.tensors, name) ? file.tensors[name] : undefined;
    if (!tensor) throw refuse(`there is no tensor ${name}, which the network needs`);
    const found = `${tensor.dtype === 'F32' ? '' : `${tensor.dtype} `}[${tensor.shape.join(', ')}]`;
    if (found === `[${shape.join(', ')}]`) continue;
    throw refuse(`${name} is ${found}, the network needs [${shape.join(', ')}]`);
  }
  const names = new Set(leaves.map(({ path: name }) => name));
  const stray = Object.keys(file.tensors).find((name) => !names.has(name));
  if (stray !== undefined) throw refuse(`there is a tensor ${showValue(stray)}, which the network doesn't have`);
}

import { InputError } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import { writeFileAtomic } from '@unbraid/data';
import type { OnnxModel } from '@unbraid/onnx';
import { hashOf } from '../hash.ts';
import type { Io } from '../io.ts';

/** What both ways take beside their files. */
export interface PermutationFlags {
  readonly out: string;
  readonly json?: boolean;
}

/** `unbraid permutations save ORIGINAL TUNED --out FILE`: what became of an ONNX file's weights, as the orders that they were put into. */
export async function savePermuted(io: Io, original: string, tuned: string, flags: PermutationFlags): Promise<void> {
  const { encodePermutations } = await import('@unbraid/laperm');
  const [before, after] = [await opened(original), await opened(tuned)];
  checkSame(original, tuned, before, after);
  const moved = await movedOf(before, after);
  const bytes = encodePermutations({
    model: before.model,
    initial: before.params,
    params: after.params,
    skip: (path) => !moved.has(path),
    originalSha256: await sha256Of(original),
    recipe: null,
  });
  await writeFileAtomic(flags.out, bytes);
  const facts = {
    file: flags.out,
    bytes: bytes.length,
    parameters: before.params.length,
    bitsPerParameter: (8 * bytes.length) / before.params.length,
    permuted: moved.size,
  };
  await io.stdout.write(
    flags.json
      ? `${JSON.stringify(facts)}\n`
      : `${flags.out}: ${facts.bytes} bytes, ${facts.bitsPerParameter.toFixed(2)} bits for each of ${facts.parameters} parameters; of ${moved.size} tensors the order has changed\n`,
  );
}

/** `unbraid permutations load ORIGINAL SAVED --out FILE`: the ONNX file that was saved, from the one that it was made from. */
export async function loadPermuted(io: Io, original: string, saved: string, flags: PermutationFlags): Promise<void> {
  const [{ decodePermutations }, { exportOnnx }] = [await import('@unbraid/laperm'), await import('@unbraid/onnx')];
  const { model, params: initial } = await opened(original);
  const originalSha256 = await sha256Of(original);
  const bytes = await readBytes(saved, 'permutations');
  const params = decodePermutations(bytes, { model, initial, originalSha256, name: saved });
  await writeFileAtomic(flags.out, exportOnnx(model, params));
  await io.stdout.write(flags.json ? `${JSON.stringify({ file: flags.out })}\n` : `${flags.out}\n`);
}

/** A file's model and its parameters. */
interface Opened {
  readonly model: OnnxModel;
  readonly params: Float32Array;
}

async function opened(path: string): Promise<Opened> {
  const [{ importOnnx }, { initialize }] = [await import('@unbraid/onnx'), await import('@unbraid/nn')];
  const model = await importOnnx(path);
  return { model, params: initialize(model, 0) };
}

/** What tells a file from others. */
const sha256Of = async (path: string): Promise<string> => hashOf(await readBytes(path, 'permutations'));

/** @throws {InputError} for models whose parameters have other names or shapes */
function checkSame(original: string, tuned: string, before: Opened, after: Opened): void {
  const specs = ({ model }: Opened) => Object.entries(model.params).map(([name, { shape }]) => `${name}[${shape}]`);
  const [first, last] = [specs(before), specs(after)];
  const at = first.findIndex((each, i) => each !== last[i]);
  if (at < 0 && first.length === last.length) return;
  const place = at < 0 ? first.length : at;
  throw new InputError(
    'model',
    `permutations: ${tuned} is another model than ${original}: parameter ${place + 1} is ${last[place] ?? 'missing'}, in the original ${first[place] ?? 'missing'}`,
  );
}

/** Names of the tensors whose vectors have their first values in another order; what else has changed is stored as it is. */
async function movedOf({ model, params: initial }: Opened, { params }: Opened): Promise<ReadonlySet<string>> {
  const { isPermutationOf, weightVectors } = await import('@unbraid/laperm');
  const changed = weightVectors(model, initial).filter(({ path, offset, outer, neurons, inner }) => {
    const end = offset + outer * neurons * inner;
    if (params.subarray(offset, end).every((value, i) => value === initial[offset + i])) return false;
    return isPermutationOf(model, initial, params, (each) => each !== path);
  });
  return new Set(changed.map(({ path }) => path));
}

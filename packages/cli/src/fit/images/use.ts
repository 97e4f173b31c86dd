import { resolve } from 'node:path';
import { InputError } from '@unbraid/checks';
import { writeFileAtomic } from '@unbraid/checks/node';
import { createMatrix, type Matrix } from '@unbraid/data';
import { decodeVae, exportVae, type ImageVae, imageSizes, type TrainedVae } from '@unbraid/dynamic-vae';
import { formatValue, UsageError } from '@unbraid/experiment';
import { type Column, createTableWriter, type DataTable } from '@unbraid/table';
import { z } from 'zod';
import { withThreads } from '../../commands/threads.ts';
import { exitCodes, type Io } from '../../io.ts';
import { textTable } from '../../text-table.ts';
import { type DataFlags, type ModelUse, unusedFlags } from '../method.ts';
import type { ModelDirectory } from '../model-directory.ts';
import { checkFolder, imagesOf, writePixels } from './folder.ts';
import { codesOf, createMeasuring, USED } from './measure.ts';
import { imageShapes } from './settings.ts';

const manifest = z.looseObject({
  reading: z.object({
    size: z.literal(imageSizes),
    fit: z.enum(imageShapes),
    background: z.number().min(0).max(1),
    margin: z.number().min(0).max(1),
  }),
});

/** Images that are used at a time: as many as fit in 64 MB. */
const batchFor = ({ vae: { pixels } }: TrainedVae<ImageVae>): number =>
  Math.max(1, Math.min(256, Math.floor(2 ** 24 / pixels)));

/** Images of a folder, as a model takes them, batch after batch. */
async function* batchesOf(
  io: Io,
  trained: TrainedVae<ImageVae>,
  model: ModelDirectory,
  flags: DataFlags,
): AsyncGenerator<{ files: string[]; images: Matrix }> {
  const folder = flags.data;
  if (folder === undefined) throw new UsageError('model: this model is of images; name a folder of them');
  checkFolder(folder);
  const { reading } = model.parse(manifest);
  const skipUnreadable = flags.skipUnreadable ?? false;
  const { channels, size } = trained.vae.settings.image;
  const pixels = channels * size * size;
  const room = batchFor(trained);
  let [files, bytes]: [string[], Uint8Array] = [[], new Uint8Array(room * pixels)];
  const batch = () => ({
    files,
    images: createMatrix(
      files.length,
      pixels,
      Float32Array.from(bytes.subarray(0, files.length * pixels), (value) => value / 255),
    ),
  });
  const left: string[] = [];
  let coloured = 0;
  const onUnreadable = (file: string, reason: string) => void left.push(`left out: ${file}: ${reason}`);
  for await (const image of imagesOf({ folder, limit: 0, skipUnreadable, ...reading }, { onUnreadable })) {
    for (const line of left.splice(0)) await io.stderr.write(`${line}\n`);
    coloured += Number(channels === 1 && !image.isGrey);
    writePixels(image, channels, bytes.subarray(files.length * pixels, (files.length + 1) * pixels));
    files.push(image.file);
    if (files.length < room) continue;
    yield batch();
    files = [];
  }
  for (const line of left) await io.stderr.write(`${line}\n`);
  if (coloured > 0)
    await io.stderr.write(`${coloured} images have colours, of which the model sees only the brightness\n`);
  if (files.length > 0) yield batch();
}

async function open(model: ModelDirectory): Promise<TrainedVae<ImageVae>> {
  model.parse(manifest);
  return decodeVae(await model.read('vae.safetensors'), { name: `${model.directory}/vae.safetensors` });
}

function refuseOthers(flags: DataFlags, used: readonly string[]): void {
  const [unused] = unusedFlags(flags, ['data', 'skipUnreadable', 'threads', 'json', ...used]);
  if (unused !== undefined) throw new UsageError(`model: ${unused} is not for models of images`);
}

const numbers = (name: string, values: Float64Array): Column => ({ name, kind: 'number', values });

async function tableOf(trained: TrainedVae<ImageVae>, files: readonly string[], images: Matrix): Promise<DataTable> {
  const { codes, reconstruction, kl } = await codesOf(trained, images);
  const { rows, cols, data } = codes.mean;
  return {
    rows,
    columns: [
      { name: 'file', kind: 'text', codes: Int32Array.from({ length: rows }, (_, i) => i), levels: [...files] },
      ...Array.from({ length: cols }, (_, j) =>
        numbers(
          `z${j + 1}`,
          Float64Array.from({ length: rows }, (_row, i) => data[i * cols + j]!),
        ),
      ),
      numbers('reconstruction', reconstruction),
      numbers('kl', kl),
    ],
  };
}

const meanings = {
  task: 'what was learned',
  score: 'root mean square of the difference between pixels in [0, 1] and those that codes give back',
  reconstruction: '−log p(x|z) in nats, summed over pixels',
  kl: 'KL divergence in nats: how much the latents tell of an image',
  used: `latents that tell at least ${USED} nats`,
  latents: 'latents',
  rows: 'images',
};

/** What uses models of images. */
export const use: ModelUse = {
  async predict(io, model, flags) {
    refuseOthers(flags, ['out']);
    const { out } = flags;
    if (out === undefined)
      throw new UsageError('model: --out is missing: name the file of the codes, such as codes.csv');
    const rows = await withThreads(flags.threads, async () => {
      const trained = await open(model);
      let [count, writer]: [number, Awaited<ReturnType<typeof createTableWriter>> | undefined] = [0, undefined];
      try {
        for await (const { files, images } of batchesOf(io, trained, model, flags)) {
          const table = await tableOf(trained, files, images);
          writer ??= await createTableWriter(out, table.columns);
          await writer.write(table);
          count += table.rows;
        }
        await writer?.close();
      } catch (error) {
        await writer?.abort();
        throw error;
      }
      return count;
    });
    await io.stdout.write(
      flags.json ? `${JSON.stringify({ rows, out: resolve(out) })}\n` : `Codes of ${rows} images: ${out}\n`,
    );
    return exitCodes.done;
  },

  async evaluate(io, model, flags) {
    refuseOthers(flags, []);
    const { measured, latents } = await withThreads(flags.threads, async () => {
      const trained = await open(model);
      const measuring = createMeasuring(trained, 0);
      for await (const { images } of batchesOf(io, trained, model, flags)) await measuring.add(images);
      return { measured: measuring.result(), latents: trained.vae.settings.latent };
    });
    const summary = {
      task: 'images',
      score: measured.pixelError,
      reconstruction: measured.reconstruction,
      kl: measured.kl,
      used: measured.klOfLatents.filter((each) => each >= USED).length,
      latents,
      rows: measured.images,
    };
    const rows = Object.entries(summary).map(([key, value]) => [
      key,
      formatValue(value),
      meanings[key as keyof typeof meanings],
    ]);
    await io.stdout.write(
      flags.json ? `${JSON.stringify(summary)}\n` : textTable([['result', 'value', 'meaning'], ...rows]),
    );
    return exitCodes.done;
  },

  async exportOnnx(io, model, { onnx, json }) {
    if (onnx === undefined || !/\.onnx$/i.test(onnx))
      throw new InputError(
        'setting',
        `model: --onnx ${onnx}: name a file that ends in .onnx; encoder and decoder are written beside each other`,
      );
    const models = exportVae(await open(model));
    const paths = {
      encoder: onnx.replace(/\.onnx$/i, '-encoder.onnx'),
      decoder: onnx.replace(/\.onnx$/i, '-decoder.onnx'),
    };
    await writeFileAtomic(paths.encoder, models.encoder);
    await writeFileAtomic(paths.decoder, models.decoder);
    await io.stdout.write(
      json
        ? `${JSON.stringify({ encoder: resolve(paths.encoder), decoder: resolve(paths.decoder) })}\n`
        : `Encoder, images [batch, channels, size, size] in [0, 1] to mean and logVariance: ${paths.encoder}\nDecoder, codes [batch, latents] to images: ${paths.decoder}\n`,
    );
    return exitCodes.done;
  },
};

import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** all-MiniLM-L6-v2 as its authors publish it, at one revision of theirs. */
const BASE =
  'https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/1110a243fdf4706b3f48f1d95db1a4f5529b4d41';

const FILES = [
  {
    path: 'onnx/model.onnx',
    bytes: 90_405_214,
    sha256: '6fd5d72fe4589f189f8ebc006442dbb529bb7ce38f8082112682524616046452',
  },
  {
    path: 'tokenizer.json',
    bytes: 466_247,
    sha256: 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
  },
  {
    path: 'tokenizer_config.json',
    bytes: 350,
    sha256: 'acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b',
  },
];

/**
 * The folder of model and tokenizer: MODEL_FOLDER, or one that they are downloaded into once, MODEL_CACHE.
 * @throws Error in one line, where a file can't be had or is another than it should be
 */
export async function modelFolder({
  base = process.env.MODEL_BASE ?? BASE,
  cache = process.env.MODEL_CACHE ?? '.cache',
  files = FILES,
} = {}) {
  if (process.env.MODEL_FOLDER) return process.env.MODEL_FOLDER;
  await mkdir(cache, { recursive: true });
  for (const file of files) {
    const path = join(cache, basename(file.path));
    if (!existsSync(path)) await download(`${base}/${file.path}`, path, file);
  }
  return cache;
}

/** Writes a file whole or not at all; another start that downloads it at the same time has a part of its own. */
async function download(address, path, { bytes, sha256 }) {
  const part = `${path}.${process.pid}.part`;
  const hash = createHash('sha256');
  let done = 0;
  const counted = new Transform({
    transform(chunk, _, next) {
      hash.update(chunk);
      done += chunk.length;
      if (process.stderr.isTTY) process.stderr.write(`\r${basename(path)} ${Math.round((100 * done) / bytes)}%`);
      next(null, chunk);
    },
    flush(next) {
      if (process.stderr.isTTY) process.stderr.write('\n');
      next();
    },
  });
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`the server says ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), counted, createWriteStream(part));
    const found = hash.digest('hex');
    if (found !== sha256) throw new Error(`its SHA-256 is ${found} and not ${sha256}; it was cut off or changed`);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    const reason = error.cause?.code ?? error.message;
    throw new Error(
      `${address} can't be had: ${reason}. Put model.onnx, tokenizer.json and tokenizer_config.json into a folder of yours and name it: MODEL_FOLDER=… npm start`,
    );
  }
}

/** What is in a JSON file. */
export const readJson = async (path) => JSON.parse(await readFile(path, 'utf8'));

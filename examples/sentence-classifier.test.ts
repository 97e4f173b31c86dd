import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { add, cast, mul, reshape, type Tensor } from '@unbraid/graph';
import { embedding, exportModel, initialize, type Model } from '@unbraid/nn';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { serveFolder } from '../docs/src/site-server.ts';
import { here, LIMIT, run, start } from './start-example.ts';

/** A folder with a tiny model and tokenizer in place of MiniLM's. */
function tinyModelFolder(): { folder: string; table: string } {
  const words = { sea: ['ship', 'wave', 'sail', 'tide'], sky: ['cloud', 'star', 'wind', 'moon'] };
  const rows = Object.entries(words).flatMap(([label, own]) =>
    Array.from({ length: 24 }, (_, i) => `a ${own[i % 4]} and a ${own[(i * 7 + 1) % 4]},${label}`),
  );
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-tiny-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a', 'and', ...words.sea, ...words.sky];
  const token = (content: string, id: number) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  });
  const special = (name: string) => ({ SpecialToken: { id: name, type_id: 0 } });
  const ids = Object.fromEntries(
    ['[CLS]', '[SEP]'].map((name) => [name, { id: name, ids: [vocabulary.indexOf(name)], tokens: [name] }]),
  );
  const tokenizer = {
    version: '1.0',
    added_tokens: vocabulary.slice(0, 4).map(token),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
      pair: [],
      special_tokens: ids,
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((word, i) => [word, i])),
    },
  };
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  writeFileSync(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({ tokenizer_class: 'BertTokenizer', unk_token: '[UNK]' }),
  );
  const vectors = embedding(vocabulary.length, 16);
  const row = { shape: [32], dtype: 'int64' } as const;
  const model: Model<typeof vectors.params, Readonly<Record<string, Tensor>>> = {
    params: vectors.params,
    inputs: { input_ids: row, attention_mask: row, token_type_ids: row },
    apply: (params, { input_ids, attention_mask, token_type_ids }) => {
      const others = cast(add(attention_mask!, token_type_ids!), 'float32');
      return add(vectors.apply(params, input_ids!), mul(reshape(others, [...others.shape, 1]), 0));
    },
  };
  writeFileSync(join(folder, 'model.onnx'), exportModel(model, initialize(model, 0), { output: 'last_hidden_state' }));
  const table = join(folder, 'table.csv');
  writeFileSync(table, `sentence,label\n${rows.join('\n')}\n`);
  return { folder, table };
}

interface ModelFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}
type ModelFolder = (from: { base: string; cache: string; files: readonly ModelFile[] }) => Promise<string>;

/** The example's download of one file, from a server that answers with so many bytes and says that they are `length`. */
async function downloadFrom(body: Buffer, length: number) {
  const served = { requests: 0 };
  const server = createServer((_, response) => {
    served.requests += 1;
    response.writeHead(200, { 'content-length': length });
    response.write(body, () => void (body.length < length ? response.destroy() : response.end()));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void server.close());
  const cache = mkdtempSync(join(tmpdir(), 'unbraid-cache-'));
  onTestFinished(() => rmSync(cache, { recursive: true, force: true }));
  vi.stubEnv('MODEL_FOLDER', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const module = pathToFileURL(join(here, 'sentence-classifier', 'model-files.js')).href;
  const { modelFolder } = (await import(module)) as { modelFolder: ModelFolder };
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const files = [
    { path: 'onnx/model.onnx', bytes: GOOD.length, sha256: createHash('sha256').update(GOOD).digest('hex') },
  ];
  return { served, cache, download: () => modelFolder({ base, cache, files }) };
}

const GOOD = Buffer.from('what the authors publish, '.repeat(5000));

describe('the download of sentence-classifier', () => {
  it('keeps a file that is what it should be, and asks for it once', async () => {
    const { served, cache, download } = await downloadFrom(GOOD, GOOD.length);
    expect(await download()).toBe(cache);
    expect(readdirSync(cache)).toEqual(['model.onnx']);
    expect(readFileSync(join(cache, 'model.onnx')).equals(GOOD)).toBe(true);
    await download();
    expect(served.requests).toBe(1);
  });

  it('keeps nothing of a file of the right length that is another', async () => {
    const other = Buffer.from(GOOD).fill('x', 1000, 1001);
    const { cache, download } = await downloadFrom(other, GOOD.length);
    await expect(download()).rejects.toThrow(/^http\S+ can't be had: its SHA-256 is \w{64} and not \w{64};.*$/);
    expect(readdirSync(cache)).toEqual([]);
  });

  it('keeps nothing of a file whose connection ends before its last byte', async () => {
    const { cache, download } = await downloadFrom(GOOD.subarray(0, 70_000), GOOD.length);
    await expect(download()).rejects.toThrow(/^http\S+ can't be had: .*MODEL_FOLDER=… npm start$/);
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('sentence-classifier', () => {
  it.each([
    ['a table without rows', 'sentence,label\n', '8', /table\.csv has 0 labels; two or more are needed\n$/],
    [
      'a row without a label',
      'sentence,label\nno label here\n',
      '8',
      /table\.csv: row 2 is not a sentence and a label: .*\n$/,
    ],
    ['epochs that are no number', undefined, 'many', /epochs/],
  ])('says in one line what is wrong with %s', { timeout: LIMIT }, async (_, content, epochs, wrong) => {
    const { folder, table } = tinyModelFolder();
    if (content !== undefined) writeFileSync(table, content);
    const error = await start('sentence-classifier', ['--', table, epochs], { MODEL_FOLDER: folder }).catch((e) => e);
    const said = String((error as { stderr?: string }).stderr);
    expect(said).toMatch(wrong);
    expect(said.trim().split('\n')).toHaveLength(1);
  });

  it('learns sentences with a model from a folder, and uses what it wrote', { timeout: LIMIT }, async () => {
    const { folder, table } = tinyModelFolder();
    const output = await start('sentence-classifier', ['--', table, '60'], { MODEL_FOLDER: folder });
    const [, right] = /fine-tuned: right on ([\d.]+)%/.exec(output) ?? [];
    expect(Number(right)).toBeGreaterThan(80);
    expect(output).toMatch(/^(sea|sky): a \w+ and a \w+$/m);
  });

  it('fine-tunes by permuting alone, and loads what it stored against the file', { timeout: LIMIT }, async () => {
    const { folder, table } = tinyModelFolder();
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const words = ['run', 'permute', '--silent', '--', table, '20', '1', '0.02', '4'];
    const options = { cwd: join(here, 'sentence-classifier'), timeout: LIMIT };
    const { stdout } = await run(npm, words, { ...options, env: { ...process.env, MODEL_FOLDER: folder } });
    onTestFinished(() => rmSync(join(here, 'sentence-classifier', 'classifier.perm'), { force: true }));
    expect(stdout).toContain('only moved: true');
    expect(stdout).toMatch(/classifier\.perm: \d+ bytes, .*; loaded the same: true/);
    expect(Number(/by permuting: right on ([\d.]+)%/.exec(stdout)?.[1])).toBeGreaterThan(80);
  });

  it('says in one line why its model cannot be downloaded', { timeout: LIMIT }, async () => {
    const served = mkdtempSync(join(tmpdir(), 'unbraid-served-'));
    onTestFinished(() => rmSync(served, { recursive: true, force: true }));
    mkdirSync(join(served, 'onnx'));
    writeFileSync(join(served, 'onnx', 'model.onnx'), 'cut off');
    const server = await serveFolder(served);
    onTestFinished(server.close);
    const cache = join(served, 'cache');
    const failed = async (base: string) => {
      const error = await start('sentence-classifier', [], {
        MODEL_BASE: base,
        MODEL_CACHE: cache,
        MODEL_FOLDER: '',
      }).catch((reason) => reason);
      return String((error as { stderr?: string }).stderr);
    };
    const cut = await failed(server.url.replace(/\/$/, ''));
    expect(cut).toMatch(
      /^http.*model\.onnx can't be had: its SHA-256 is \w{64} and not 6fd5d72f\w+; it was cut off or changed\. Put .*\n$/,
    );
    expect(await failed('http://127.0.0.1:9')).toContain("can't be had: ");
    expect(readdirSync(cache)).toEqual([]);
  });
});

import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { add, cast, mul, reshape, type Tensor } from '@unbraid/graph';
import {
  type AnyModel,
  activation,
  applyModel,
  batchNorm,
  conv2d,
  dense,
  embedding,
  exportModel,
  globalAveragePool,
  initialize,
  type Model,
  residual,
  sequential,
} from '@unbraid/nn';
import { importOnnx } from '@unbraid/onnx';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serveFolder } from '../docs/src/site-server.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..');
const run = promisify(execFile);
/** Milliseconds: for a hang, on a machine that has other work. */
const LIMIT = 300_000;

/** What `npm start` prints in an example's folder. */
async function start(example: string, environment: NodeJS.ProcessEnv = {}, ...more: string[]): Promise<string> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { stdout } = await run(npm, ['start', '--silent', ...more], {
    cwd: join(here, example),
    timeout: LIMIT,
    env: { ...process.env, ...environment },
  });
  return stdout;
}

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

describe('sentence-classifier', () => {
  it('learns sentences with a model from a folder, and uses what it wrote', { timeout: LIMIT }, async () => {
    const { folder, table } = tinyModelFolder();
    const output = await start('sentence-classifier', { MODEL_FOLDER: folder }, '--', table, '60');
    const [, right] = /fine-tuned: right on ([\d.]+)%/.exec(output) ?? [];
    expect(Number(right)).toBeGreaterThan(80);
    expect(output).toMatch(/^(sea|sky): a \w+ and a \w+$/m);
  });

  it('says in one line why its model cannot be downloaded', { timeout: LIMIT }, async () => {
    const served = mkdtempSync(join(tmpdir(), 'unbraid-served-'));
    onTestFinished(() => rmSync(served, { recursive: true, force: true }));
    mkdirSync(join(served, 'onnx'));
    writeFileSync(join(served, 'onnx', 'model.onnx'), 'cut off');
    const server = await serveFolder(served);
    onTestFinished(server.close);
    const failed = async (base: string) => {
      const error = await start('sentence-classifier', { MODEL_BASE: base, MODEL_FOLDER: '' }).catch(
        (reason) => reason,
      );
      return String((error as { stderr?: string }).stderr);
    };
    const cut = await failed(server.url.replace(/\/$/, ''));
    expect(cut).toMatch(
      /^http.*model\.onnx can't be had: its SHA-256 is \w{64} and not 6fd5d72f\w+; it was cut off or changed\. Put .*\n$/,
    );
    expect(await failed('http://127.0.0.1:9')).toContain("can't be had: ");
    expect(existsSync(join(here, 'sentence-classifier', '.cache', 'model.onnx.part'))).toBe(false);
  });
});

describe('examples for Node', () => {
  it('node-script finds the ring', { timeout: LIMIT }, async () => {
    const output = await start('node-script');
    const [, accuracy] = /validation accuracy ([\d.]+)/.exec(output) ?? [];
    expect(Number(accuracy)).toBeGreaterThan(0.95);
    expect(output).toContain('(1.2, 0.0) in the ring');
    expect(output).toContain('(3.0, 3.0) not in the ring');
  });

  it('csv-classifier learns a table, and uses what it saved', { timeout: LIMIT }, async () => {
    const output = await start('csv-classifier');
    const [, right] = /right on ([\d.]+)%/.exec(output) ?? [];
    expect(Number(right)).toBeGreaterThan(80);
    expect(output).toContain('4 left out');
    expect(output).toMatch(/the first row is (oak|maple|willow)/);
  });

  it('csv-classifier takes a table of the reader', { timeout: LIMIT }, async () => {
    const output = await start('csv-classifier', {}, '--', join(here, 'csv-classifier', 'leaves.csv'), 'kind');
    expect(output).toContain('236 rows');
  });
});

describe('image-folder', () => {
  const classesOf = async (file: string) => JSON.parse((await importOnnx(file)).metadata.classes!) as string[];

  it('draws images and learns them from scratch', { timeout: LIMIT }, async () => {
    const output = await start('image-folder');
    const accuracies = [...output.matchAll(/right on ([\d.]+)%/g)].map(([, right]) => Number(right));
    expect(accuracies).toHaveLength(40);
    expect(Math.max(...accuracies)).toBeGreaterThan(60);
    expect(output).toMatch(/^discs\/\d+\.png: discs [\d.]+%, squares/m);
    const written = join(here, 'image-folder', 'classifier.onnx');
    expect(await classesOf(written)).toEqual(['discs', 'squares', 'stripes', 'triangles']);
  });

  it('fine-tunes a file of the reader on images of the reader, at the size that the file reads', {
    timeout: LIMIT,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unbraid-images-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const shape of ['discs', 'stripes'])
      cpSync(join(here, 'image-folder', 'drawn', shape), join(folder, 'images', shape), { recursive: true });
    writeFileSync(join(folder, 'images', 'discs', 'broken.png'), 'no image');
    const model = join(folder, 'tiny.onnx');
    writeFileSync(model, exportModel(tinyResnet, initialize(tinyResnet, 1)));
    const output = await start('image-folder', { MODEL: model, FEATURES: '8' }, '--', join(folder, 'images'));
    expect(output).toContain("96 images of discs, stripes; 1 can't be read");
    expect(output.match(/^epoch \d/gm)).toHaveLength(5);
    const written = join(here, 'image-folder', 'classifier.onnx');
    expect(await classesOf(written)).toEqual(['discs', 'stripes']);
    // What was learnt differs from what was given, below the head, too.
    const [before, after] = await Promise.all([importOnnx(model), importOnnx(written)]);
    const changed = Object.keys(after.params).filter((name) => name in before.params);
    const filters = (file: typeof before) => initialize({ ...file, params: { w: file.params[changed[0]!]! } }, 0);
    expect(filters(after)).not.toEqual(filters(before));
    expect(after.inputs).toEqual(before.inputs);
  });
});

/** Images of 3 × 32 × 32 to ten scores, by way of eight features. */
const tinyLayers = sequential([
  conv2d({ channels: 3, filters: 8, kernel: 3, stride: 2, padding: 1 }),
  residual(sequential([conv2d({ channels: 8, filters: 8, kernel: 3, padding: 1 }), batchNorm({ features: 8 })])),
  activation('relu'),
  globalAveragePool(),
  dense(8, 10),
]);
const tinyResnet: AnyModel = {
  params: tinyLayers.params,
  inputs: { images: { shape: [3, 32, 32], dtype: 'float32' } },
  apply: (params, { images }: { images: Tensor }, mode) => applyModel(tinyLayers, params, images, mode),
};

const hasDeno = spawnSync('deno', ['--version']).status === 0;

describe.runIf(hasDeno)('the example for Deno', () => {
  it('trains', { timeout: LIMIT }, async () => {
    expect(await start('deno')).toContain('accuracy 1');
  });
});

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

describe.runIf(existsSync(executablePath))('examples for pages', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  }, LIMIT);
  afterAll(() => browser?.close());

  /** An example's page, built by Vite as `npm run build` does and served as files. */
  async function open(example: string): Promise<{ page: Page; asked: string[] }> {
    const out = mkdtempSync(join(tmpdir(), 'unbraid-example-'));
    onTestFinished(() => rmSync(out, { recursive: true, force: true }));
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    await run(process.execPath, [vite, 'build', '--outDir', out, '--logLevel', 'warn'], { cwd: join(here, example) });
    const server = await serveFolder(out);
    onTestFinished(server.close);
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !/^(?:blob|data):/.test(request.url())) asked.push(request.url());
    });
    await page.goto(server.url);
    return { page, asked };
  }

  const stateOf = (page: Page) => page.locator('#state').textContent();

  it('vite-page trains until its curve is followed', { timeout: LIMIT }, async () => {
    const { page, asked } = await open('vite-page');
    await page.waitForFunction(`document.getElementById('state').textContent.startsWith('Trained')`, undefined, {
      timeout: LIMIT,
    });
    const [, loss] = /loss ([\d.]+)/.exec((await stateOf(page)) ?? '') ?? [];
    expect(Number(loss)).toBeLessThan(0.05);
    expect(await page.locator('#network').getAttribute('points')).not.toBeNull();
    expect(asked).toEqual([]);
  });

  it('worker trains while its page goes on, and says what is wrong with a table', { timeout: LIMIT }, async () => {
    const { page, asked } = await open('worker');
    await page.locator('#train').click();
    await page.waitForFunction(`document.getElementById('state').textContent.startsWith('Right')`, undefined, {
      timeout: LIMIT,
    });
    const [, right] = /on ([\d.]+)%/.exec((await stateOf(page)) ?? '') ?? [];
    expect(Number(right)).toBeGreaterThan(95);
    expect(Number(await page.locator('#ticks').textContent())).toBeGreaterThan(0);
    await page.locator('#table').fill('a,kind\nblue,sky\n');
    await page.locator('#train').click();
    await page.waitForFunction(`document.getElementById('state').textContent.includes('data:')`, undefined, {
      timeout: LIMIT,
    });
    expect(asked).toEqual([]);
  });

  it('fine-tune-page learns its points and one more, and saves what ONNX Runtime takes', {
    timeout: LIMIT,
  }, async () => {
    const { page, asked } = await open('fine-tune-page');
    const trained = async (points: number) => {
      const wanted = new RegExp(`^Trained: right on ([\\d.]+)% of ${points} points$`);
      await page.locator('#state').filter({ hasText: wanted }).waitFor({ timeout: LIMIT });
      return Number(wanted.exec((await stateOf(page))!)![1]);
    };
    expect(await trained(150)).toBeGreaterThan(90);
    await page.locator('input[value="2"]').check();
    const { width, height } = (await page.locator('#points').boundingBox())!;
    await page.locator('#points').click({ position: { x: 0.05 * width, y: 0.05 * height } });
    expect(await trained(151)).toBeGreaterThan(90);

    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
    const file = (await download.path())!;
    expect(JSON.parse((await importOnnx(file)).metadata.classes!)).toEqual(['left', 'right', 'centre']);
    const session = await InferenceSession.create(file);
    onTestFinished(() => session.release());
    const points = new OrtTensor('float32', Float32Array.of(-0.8, 0, 0.8, 0, 0, 0), [3, 2]);
    const scores = (await session.run({ points })).head!.data as Float32Array;
    const best = [0, 3, 6].map((from) => {
      const row = scores.subarray(from, from + 3);
      return row.indexOf(Math.max(...row));
    });
    expect(best).toEqual([0, 1, 2]);
    expect(asked).toEqual([]);
  });
});

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Tensor } from '@unbraid/graph';
import {
  type AnyModel,
  activation,
  applyModel,
  batchNorm,
  conv2d,
  dense,
  exportModel,
  globalAveragePool,
  initialize,
  residual,
  sequential,
} from '@unbraid/nn';
import { importOnnx } from '@unbraid/onnx';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serveFolder } from '../docs/src/site-server.ts';
import { here, LIMIT, root, run, start } from './start-example.ts';

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
    expect(output).toContain('240 rows, 0 without a class');
    expect(output).toMatch(/the first row is (oak|maple|willow)/);
  });

  it('csv-classifier takes a table of the reader', { timeout: LIMIT }, async () => {
    const output = await start('csv-classifier', ['--', join(here, 'csv-classifier', 'leaves.csv'), 'kind']);
    expect(output).toContain('240 rows');
  });

  it('csv-classifier says in one line that there is no such file', { timeout: LIMIT }, async () => {
    const failed = await start('csv-classifier', ['--', 'nowhere.csv']).catch((error: unknown) => error);
    expect(String((failed as { stderr: string }).stderr).trim()).toMatch(/^There is no file nowhere\.csv; [^\n]*$/);
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
    const output = await start('image-folder', ['--', join(folder, 'images')], {
      MODEL: model,
      FEATURES: '8',
    });
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

describe('image-folder, of what it cannot use', () => {
  it.each([
    ['a folder that is not there', 'nowhere', '', /nowhere/],
    ['a folder without classes', '', '', /has 0 subfolders; one for each class is needed/],
    ['a model that is not there', 'drawn', 'nowhere.onnx', /nowhere\.onnx/],
  ])('says it in one line: %s', { timeout: LIMIT }, async (_, images, model, wrong) => {
    const empty = mkdtempSync(join(tmpdir(), 'unbraid-empty-'));
    onTestFinished(() => rmSync(empty, { recursive: true, force: true }));
    const error = await start('image-folder', ['--', images || empty], { MODEL: model }).catch((reason) => reason);
    const said = String((error as { stderr?: string }).stderr);
    expect(said).toMatch(wrong);
    expect(said.trim().split('\n')).toHaveLength(1);
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

  it('browser trains in a Worker, stops when it is told to, and saves what ONNX Runtime takes', {
    timeout: LIMIT,
  }, async () => {
    const { page, asked } = await open('browser');
    const [train, state] = [page.locator('#start:enabled'), page.locator('#state')];
    await train.click({ timeout: LIMIT });
    await state.filter({ hasText: /^Trained after epoch 60,/ }).waitFor({ timeout: LIMIT });
    const [, right] = /right on ([\d.]+)%/.exec((await stateOf(page))!)!;
    expect(Number(right)).toBeGreaterThan(95);
    expect((await page.locator('#training').getAttribute('points'))!.split(' ')).toHaveLength(60);
    expect(await page.locator('#threads').textContent()).toBe(
      'onnxruntime-web, wasm, 1 threads; for more threads serve this page cross-origin isolated',
    );

    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
    const session = await InferenceSession.create((await download.path())!);
    onTestFinished(() => session.release());
    // Near the middle of the first arm, halfway out.
    const point = new OrtTensor('float32', Float32Array.of(0.5 * Math.cos(2.5), 0.5 * Math.sin(2.5)), [1, 2]);
    const probabilities = (await session.run({ x: point })).y!.data as Float32Array;
    expect(probabilities[0]).toBeGreaterThan(0.9);
    expect(probabilities[0]! + probabilities[1]! + probabilities[2]!).toBeCloseTo(1, 5);

    await page.locator('#epochs').fill('10000');
    await train.click();
    await state.filter({ hasText: /^Epoch [3-9]/ }).waitFor({ timeout: LIMIT });
    await page.locator('#stop').click();
    await state.filter({ hasText: /^Stopped after epoch \d+,/ }).waitFor({ timeout: LIMIT });
    expect(asked).toEqual([]);
  });

  it('browser runs as npm run dev serves it, on two threads where that isolates it', { timeout: LIMIT }, async () => {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const args = [vite, '--host', '127.0.0.1', '--port', '0', '--mode', 'isolated'];
    const server = spawn(process.execPath, args, { cwd: join(here, 'browser'), stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void server.kill());
    let said = '';
    const address = await new Promise<string>((found, failed) => {
      server.stdout.on('data', (text: Buffer) => {
        said = stripVTControlCharacters(said + text);
        const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(said) ?? [];
        if (url !== undefined) found(url);
      });
      server.once('exit', (code) => failed(new Error(`Vite ended with ${code}: ${said}`)));
    });
    const page = await browser.newPage();
    await page.goto(address);
    await page.locator('#start:enabled').click({ timeout: LIMIT });
    await page
      .locator('#state')
      .filter({ hasText: /^Trained/ })
      .waitFor({ timeout: LIMIT });
    expect(await page.locator('#threads').textContent()).toMatch(
      /^onnxruntime-web, wasm, [12] threads; this page is cross-origin isolated$/,
    );
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

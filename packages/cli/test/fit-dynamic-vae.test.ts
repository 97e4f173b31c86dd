import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawSprites, SPRITE_COUNT } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { importOnnx } from '@unbraid/onnx';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';

/** A dense network on images of 16 pixels, a few steps. */
const SMALL = [
  '--preset',
  'smoke',
  '--size',
  '16',
  '--steps',
  '150',
  '--latents',
  '3',
  '--set',
  'architecture=dense',
  '--set',
  'ki=-0.1',
];

const grey = (data: Uint8Array, width: number, height = data.length / width) =>
  encode({ width, height, data, channels: 1 });

/** Drawn sprites as PNG files, in a folder and one below it. */
function spriteFolder(count = 40): string {
  const folder = join(temporaryFolder(), 'sprites');
  mkdirSync(join(folder, 'more'), { recursive: true });
  const random = createRandom(1);
  const images = drawSprites(
    Int32Array.from({ length: count }, () => random.int(SPRITE_COUNT)),
    32,
  );
  for (let i = 0; i < count; i++) {
    const bytes = Uint8Array.from(images.subarray(1024 * i, 1024 * (i + 1)), (value) => 255 * value);
    writeFileSync(join(folder, i % 4 === 0 ? 'more' : '', `${i}.png`), grey(bytes, 32));
  }
  return folder;
}

const complaints = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('unbraid:'));

describe('unbraid fit dynamic-vae', () => {
  it('learns, reports, encodes, measures and exports', async () => {
    const folder = spriteFolder();
    const run = join(temporaryFolder(), 'run');
    const fitted = await call(['fit', 'dynamic-vae', folder, '--out', run, ...SMALL, '--json']);
    expect(complaints(fitted.stderr)).toEqual([]);
    expect(fitted.code).toBe(0);
    expect(fitted.stderr).toContain('40 images are few');
    const { summary } = JSON.parse(fitted.stdout);
    expect(summary).toMatchObject({
      task: 'images',
      rows: 40,
      columns: 256,
      channels: 1,
      latents: 3,
      steps: 150,
      unreadable: 0,
    });
    expect(summary.score).toBeGreaterThan(0);
    const html = readFileSync(join(run, 'report.html'), 'utf8');
    for (const title of [
      'Images and their reconstructions',
      'What the latents of DynamicVAE stand for',
      'Images that the model makes up',
      'KL divergence and its set point',
    ])
      expect(html).toContain(title);

    const measured = await call(['evaluate', run, folder, '--json']);
    expect(JSON.parse(measured.stdout)).toMatchObject({ rows: 40, latents: 3 });

    const out = join(run, '..', 'codes.csv');
    expect((await call(['predict', run, folder, '--out', out])).code).toBe(0);
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(41);
    expect(lines[0]).toBe('file,z1,z2,z3,reconstruction,kl');
    expect(lines[1]).toMatch(/^1\.png(,-?[\d.e-]+){5}$/);

    const { code, stdout } = await call(['export', run, '--onnx', join(run, 'm.onnx'), '--json']);
    expect(code).toBe(0);
    const encoder = await importOnnx(JSON.parse(stdout).encoder);
    expect(encoder.inputs).toEqual({ images: { shape: [1, 16, 16], dtype: 'float32' } });
  });

  it('goes on after Ctrl-C to the numbers of a run without it', async () => {
    const folder = spriteFolder(20);
    const [straight, run] = [join(temporaryFolder(), 'straight'), join(temporaryFolder(), 'run')];
    const args = (out: string) => ['fit', 'dynamic-vae', folder, '--out', out, ...SMALL];
    const whole = await call([...args(straight), '--json']);
    const signals = new EventEmitter();
    const stderr = {
      isTTY: true,
      columns: 200,
      write: async (text: string) => void (/\d steps/.test(text) && signals.emit('SIGINT')),
    };
    expect((await call(args(run), { signals, stderr })).code).toBe(130);
    const resumed = await call(['resume', run, '--json']);
    expect(resumed.code).toBe(0);
    const told = ({ stdout }: { stdout: string }) => ({ ...JSON.parse(stdout).summary, seconds: 0 });
    expect(told(resumed)).toEqual(told(whole));
    const model = (out: string) => readFileSync(join(out, 'artifacts', 'vae.safetensors'));
    expect(model(run).equals(model(straight))).toBe(true);
  });

  it('takes images of any shape, colours, opacity, and goes on without broken files when asked', async () => {
    const folder = temporaryFolder();
    const runs = temporaryFolder();
    const random = createRandom(2);
    const bytes = (length: number) => Uint8Array.from({ length }, () => random.int(256));
    writeFileSync(join(folder, 'a.png'), encode({ width: 40, height: 20, channels: 3, data: bytes(2400) }));
    writeFileSync(join(folder, 'b.png'), grey(bytes(900), 30));
    writeFileSync(join(folder, 'c.png'), encode({ width: 9, height: 50, channels: 4, data: bytes(1800) }));
    writeFileSync(join(folder, 'd.png'), encode({ width: 5, height: 5, channels: 2, data: bytes(50) }));
    writeFileSync(join(folder, 'broken.png'), grey(bytes(900), 30).subarray(0, 200));
    const out = (name: string) => join(runs, name);
    const refused = await call(['fit', 'dynamic-vae', folder, '--out', out('none'), ...SMALL]);
    expect(refused.code).toBe(1);
    expect(complaints(refused.stderr)).toEqual([expect.stringMatching(/broken\.png: .*--skip-unreadable/)]);
    for (const fit of ['resize', 'pad', 'crop']) {
      const run = out(fit);
      const { code, stdout, stderr } = await call([
        'fit',
        'dynamic-vae',
        folder,
        '--fit',
        fit,
        '--skip-unreadable',
        '--out',
        run,
        ...SMALL,
        '--steps',
        '20',
        '--json',
      ]);
      expect(complaints(stderr)).toEqual([]);
      expect(code).toBe(0);
      expect(stderr).toContain('left out: broken.png:');
      expect(stderr).toContain('2 of 4 images are grey; all count as coloured');
      expect(JSON.parse(stdout).summary).toMatchObject({ rows: 4, unreadable: 1, channels: 3, columns: 768 });
      const measured = await call(['evaluate', run, folder, '--skip-unreadable', '--json']);
      expect(JSON.parse(measured.stdout)).toMatchObject({ rows: 4 });
    }
    const plain = await call([
      'fit',
      'dynamic-vae',
      folder,
      '--channels',
      'grey',
      '--skip-unreadable',
      '--out',
      out('grey'),
      ...SMALL,
      '--epochs',
      '3',
      '--json',
    ]);
    expect(plain.stderr).toContain('--steps and --epochs both say');
  });
});

it.skipIf(process.platform === 'win32')('a link that leads nowhere is a file that cannot be read', async () => {
  const [folder, out] = [spriteFolder(4), join(temporaryFolder(), 'run')];
  symlinkSync(join(folder, 'gone'), join(folder, 'link.png'));
  const args = ['fit', 'dynamic-vae', folder, '--out', out, ...SMALL, '--steps', '5', '--json'];
  const refused = await call(args);
  expect(refused.code).toBe(1);
  expect(complaints(refused.stderr)).toEqual([
    expect.stringMatching(/link\.png: it cannot be read: ENOENT.*--skip-unreadable/),
  ]);
  const { code, stdout, stderr } = await call([...args, '--skip-unreadable']);
  expect(code).toBe(0);
  expect(stderr).toContain('left out: link.png: it cannot be read');
  expect(JSON.parse(stdout).summary).toMatchObject({ rows: 4, unreadable: 1 });
});

describe('a wrong request is one line, and nothing is written', () => {
  const holding = (files: Readonly<Record<string, Uint8Array | string>>) => () => {
    const folder = temporaryFolder();
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return folder;
  };
  const one = grey(new Uint8Array(16), 4);
  it.each<[string, () => string, string[], number, RegExp]>([
    ['no folder', () => 'nothing', [], 2, /there is no folder .*nothing/],
    ['a file', () => import.meta.filename, [], 2, /is a file; name the folder/],
    ['no images', holding({ 'a.txt': 'x' }), [], 1, /has no images; files named \.png, \.jpg or \.jpeg/],
    ['one image', holding({ 'a.png': one }), [], 1, /has one image/],
    [
      'only broken ones',
      holding({ 'a.png': 'x', 'b.jpg': 'y' }),
      ['--skip-unreadable'],
      1,
      /none of the 2 images .* can be read/,
    ],
    ['a size between', holding({ 'a.png': one }), ['--size', '48'], 2, /size cannot come from "48"/],
    ['an unknown setting', holding({ 'a.png': one }), ['--set', 'latent=3'], 2, /latent.*latents/],
    ['a setting that is an option', holding({ 'a.png': one }), ['--set', 'kl=3'], 2, /--set kl/],
    ['an option that there is not', holding({ 'a.png': one }), ['--latent', '3'], 2, /--latent.*--latents/],
  ])('%s', async (_, make, more, expected, said) => {
    const out = join(temporaryFolder(), 'run');
    const { code, stdout, stderr } = await call(['fit', 'dynamic-vae', make(), '--out', out, ...SMALL, ...more]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(complaints(stderr)).toEqual([expect.stringMatching(said)]);
    expect(existsSync(out)).toBe(false);
  });
});

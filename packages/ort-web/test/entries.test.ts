import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);

test('the entries of browsers and of Node export the same names, and no default', async () => {
  const node = await import('@unbraid/ort-web');
  const browser: object = await import(require.resolve('@unbraid/ort-web').replace('node.js', 'index.js'));
  expect(Object.keys(node)).toEqual(expect.arrayContaining(['InferenceSession', 'Tensor', 'env']));
  expect(Object.keys(node)).not.toContain('default');
  // Those that only take times are the one difference.
  expect(Object.keys(browser).filter((name) => !(name in node))).toEqual([]);
});

test('the WebAssembly is a module that both entries load', () => {
  const path = require.resolve('@unbraid/ort-web/wasm');
  expect(readFileSync(path).subarray(0, 4).toString('latin1')).toBe('\0asm');
  for (const name of ['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.mjs'])
    expect(readFileSync(path.replace(/[^/\\]*$/, name), 'utf8')).toContain('"ort-wasm-simd-threaded.wasm"');
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readSafetensors, writeSafetensors } from './safetensors-file.ts';

test('what is written is read back', async () => {
  const path = join(temporaryFolder(), 'model.safetensors');
  const tensors = { w: { dtype: 'F32', shape: [1, 2], data: Float32Array.of(1.5, -2) } } as const;
  await writeSafetensors(path, tensors, { model: 'galu' });
  expect(await readSafetensors(path)).toEqual({ tensors, metadata: { model: 'galu' } });
});

test('a damaged file is named', async () => {
  const path = join(temporaryFolder(), 'model.safetensors');
  writeFileSync(path, 'not tensors at all');
  await expect(readSafetensors(path)).rejects.toThrow(`data: ${path} is not a safetensors file`);
});

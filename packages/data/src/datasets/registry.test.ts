import { expect, test } from 'vitest';
import { datasets, findDataset } from './registry.ts';

test('a data set is found by its name, and an unknown name is answered with those there are', () => {
  expect(findDataset('mnist').title).toBe('MNIST');
  expect(() => findDataset('toString')).toThrow(
    'data: there is no data set "toString"; there are mnist, fashion-mnist, cifar10, heterophilous, ogb, planetoid, shapes3d, small-norb',
  );
});

test.each(Object.entries(datasets))('%s is registered under its own name with whole fingerprints', (name, dataset) => {
  expect(dataset.name).toBe(name);
  for (const file of dataset.files) {
    for (const { bytes, sha256 } of [file, file.published]) {
      expect(bytes).toBeGreaterThan(0);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    for (const url of file.published.urls) expect(new URL(url).protocol).toBe('https:');
  }
});

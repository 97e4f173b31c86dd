import type { Dataset, DatasetFile, PublishedFile } from './dataset.ts';

/** Its authors publish MD5 c32a1d4ab5d03f1284b67883e8d87530. */
const archive: PublishedFile = {
  name: 'cifar-10-binary.tar.gz',
  bytes: 170_052_171,
  sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
  urls: [
    'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    'https://cave.cs.toronto.edu/kriz/cifar-10-binary.tar.gz',
  ],
};

function file(name: string, sha256: string): DatasetFile {
  return { name, bytes: 30_730_000, sha256, published: archive };
}

/** Colour photographs of 32 × 32 pixels in ten classes: 50,000 to train, in five files, and 10,000 to test. */
export const cifar10: Dataset = {
  name: 'cifar10',
  title: 'CIFAR-10',
  homepage: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  licence: 'A. Krizhevsky, V. Nair and G. Hinton; a part of Tiny Images; published without a licence',
  files: [
    file('data_batch_1.bin', 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5'),
    file('data_batch_2.bin', 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed'),
    file('data_batch_3.bin', 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67'),
    file('data_batch_4.bin', '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48'),
    file('data_batch_5.bin', '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add'),
    file('test_batch.bin', '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b'),
  ],
};

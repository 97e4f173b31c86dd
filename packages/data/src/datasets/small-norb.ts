import { type Dataset, publishedFile } from './dataset.ts';

const FOLDER = 'https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/';

/** Its content is unpacked as it is read. */
const file = (name: string, bytes: number, sha256: string) => publishedFile(name, bytes, sha256, [`${FOLDER}${name}`]);

/** The names of both parts' files, without what they hold. */
export const SMALL_NORB_PARTS = {
  train: 'smallnorb-5x46789x9x18x6x2x96x96-training',
  test: 'smallnorb-5x01235x9x18x6x2x96x96-testing',
} as const;

const { train, test } = SMALL_NORB_PARTS;

/**
 * Toys photographed by two cameras, in grey: 24,300 pairs of images to train and as many to test. The fingerprints are TensorFlow Datasets', which downloads the same files; we
 * haven't had them.
 */
export const smallNorb: Dataset = {
  name: 'small-norb',
  title: 'SmallNORB',
  homepage: 'https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/',
  licence: 'F. J. Huang and Y. LeCun, New York University; for research, not to be sold',
  files: [
    file(`${train}-dat.mat.gz`, 131_896_188, '5ffd6272a07d32695ee1082a26a41a93a37aab8c28da047f8c34ed348d214873'),
    file(`${train}-cat.mat.gz`, 348, '2784e542c1922060691090952b6cd6278879a216c90f81476f0f00256d42cdaa'),
    file(`${train}-info.mat.gz`, 71_052, 'de7eb932ebe7a4ee16217fead60660d0eb3d23632c2f4d1c51f88c501c17bf32'),
    file(`${test}-dat.mat.gz`, 130_799_817, 'cf7104eed3e51174d2f65b66d1e5878b9da233b886f161b0d88f4510ba2c7474'),
    file(`${test}-cat.mat.gz`, 347, 'ecaf6d5bb8c3bc5eab9cf0258f6d2198dd474e016e374836fc097f2e5ff509ff'),
    file(`${test}-info.mat.gz`, 10_428, '16adf314226327ee006d1a44db8cfef52773c06c829951d5653a9f6f310248a2'),
  ],
};

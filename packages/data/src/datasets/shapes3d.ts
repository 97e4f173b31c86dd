import { type Dataset, publishedFile } from './dataset.ts';

const file = publishedFile(
  '3dshapes.h5',
  267_573_662,
  '0a0f6ed98baff276a50f3a081a7434d788da63cb135a98189b2a5b5769be1785',
  ['https://storage.googleapis.com/3d-shapes/3dshapes.h5'],
);

/** A room with an object, in colour: 480,000 images of all combinations of six factors. The fingerprint is TensorFlow Datasets', which downloads the same file; we haven't had it. */
export const shapes3d: Dataset = {
  name: 'shapes3d',
  title: '3D Shapes',
  homepage: 'https://github.com/google-deepmind/3d-shapes',
  licence: 'C. Burgess and H. Kim, DeepMind; Apache 2.0',
  files: [file],
};

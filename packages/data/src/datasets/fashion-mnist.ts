import { type Dataset, publishedFile } from './dataset.ts';

/** Of the authors' repository, and TensorFlow's copy of the same files. */
const PLACES = [
  'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
  'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
] as const;

/** Its content is unpacked as it is read. */
const file = (name: string, bytes: number, sha256: string) =>
  publishedFile(name, bytes, sha256, [`${PLACES[0]}${name}`, `${PLACES[1]}${name}`]);

/**
 * Articles of clothing in MNIST's form: 60,000 training and 10,000 test images of 28 × 28 grey levels, ten classes (Xiao, Rasul and Vollgraf 2017, arXiv
 * 1708.07747). Its authors publish MD5s. The SHA-256 are those that several projects give beside these MD5s; we haven't had the files.
 */
export const fashionMnist: Dataset = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  homepage: 'https://github.com/zalandoresearch/fashion-mnist',
  licence: 'Zalando SE; MIT',
  files: [
    // MD5 8d4fb7e6c68d591d4c3dfef9ec88bf0d, 25c81989df183df01b3e8a0aad5dffbe, bef4ecab320f06d8554ea6380940ec79, bb300cfdad3c16e7a12a480ee83cd310
    file('train-images-idx3-ubyte.gz', 26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'),
    file('train-labels-idx1-ubyte.gz', 29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'),
    file('t10k-images-idx3-ubyte.gz', 4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'),
    file('t10k-labels-idx1-ubyte.gz', 5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'),
  ],
};

/** The classes in the order of their numbers, as its authors name them. */
export const FASHION_CLASSES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
] as const;

export * from './checks.ts';
export {
  type Dataset,
  type DatasetFile,
  datasetFile,
  type Fingerprint,
  type PublishedFile,
} from './datasets/dataset.ts';
export { cacheFolder, type DataEnvironment, isOffline, userDataFolder } from './datasets/folders.ts';
export {
  type LabelledImages,
  loadMnist,
  loadMnistRaw,
  type MnistOptions,
  type RawImages,
} from './datasets/load-mnist.ts';
export { type LocateOptions, locateDatasetFile } from './datasets/locate.ts';
export { mnist } from './datasets/mnist.ts';
export { readDatasetFile } from './datasets/read-dataset-file.ts';
export { datasets, findDataset } from './datasets/registry.ts';
export { type DownloadOptions, type DownloadProgress, download } from './download/download.ts';
export * from './idx.ts';
export * from './matrix.ts';
export { readIdx } from './read-idx.ts';
export {
  requireTensor,
  type SafeTensor,
  type Safetensors,
  type TensorArrays,
  type TensorDtype,
} from './safetensors.ts';
export { decodeSafetensors } from './safetensors-decode.ts';
export { encodeSafetensors } from './safetensors-encode.ts';
export { readSafetensors, writeSafetensors } from './safetensors-file.ts';
export { writeFileAtomic } from './write-file-atomic.ts';

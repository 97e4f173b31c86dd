export * from './browser.ts';
export { cacheFolder, type DataEnvironment, isOffline, userDataFolder } from './datasets/folders.ts';
export {
  type LabelledImages,
  loadMnist,
  loadMnistRaw,
  type MnistOptions,
  type RawImages,
} from './datasets/load-mnist.ts';
export { type LocateOptions, locateDatasetFile } from './datasets/locate.ts';
export { readDatasetFile } from './datasets/read-dataset-file.ts';
export { type DownloadOptions, type DownloadProgress, download } from './download/download.ts';
export { makeFolder } from './make-folder.ts';
export { readIdx } from './read-idx.ts';
export { readTable } from './read-table.ts';
export { readSafetensors, writeSafetensors } from './safetensors-file.ts';
export { type ColumnKey, parseTable, type Table, type TableOptions } from './table.ts';
export { writeFileAtomic } from './write-file-atomic.ts';

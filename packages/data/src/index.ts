export type { KerasArray, KerasLayer } from '@unbraid/checks';
export { makeFolder, readSafetensors, writeFileAtomic, writeSafetensors } from '@unbraid/checks/node';
export * from './browser.ts';
export { cacheFolder, type DataEnvironment, isOffline, userDataFolder } from './datasets/folders.ts';
export { type Cifar10Options, loadCifar10, loadCifar10Raw } from './datasets/load-cifar10.ts';
export { type FashionMnistOptions, loadFashionMnist, loadFashionMnistRaw } from './datasets/load-fashion-mnist.ts';
export { loadMnist, loadMnistRaw, type MnistOptions } from './datasets/load-mnist.ts';
export { type LocateOptions, locateDatasetFile } from './datasets/locate.ts';
export { readDatasetFile, readDatasetFiles } from './datasets/read-dataset-file.ts';
export { type DownloadOptions, type DownloadProgress, download } from './download/download.ts';
export { loadMpi3d, type Mpi3dOptions, mpi3dFactors, openMpi3d } from './factors/mpi3d.ts';
export { loadShapes3d, openShapes3d, type Shapes3dOptions, shapes3dFactors } from './factors/shapes3d.ts';
export {
  loadSmallNorb,
  type NorbCamera,
  readSmallNorb,
  type SmallNorb,
  type SmallNorbOptions,
  smallNorbFactors,
} from './factors/small-norb.ts';
export { type EdgeListOptions, readEdgeList } from './graphs/edge-list.ts';
export { readGeomGcn } from './graphs/geom-gcn.ts';
export { readGeomGcnSplits } from './graphs/geom-gcn-splits.ts';
export { readHeterophilous } from './graphs/heterophilous.ts';
export { readLane } from './graphs/lane.ts';
export { type GraphName, graphNames, type LoadGraphOptions, loadGraph } from './graphs/load-graph.ts';
export { readOgb } from './graphs/ogb.ts';
export { readPlanetoid } from './graphs/planetoid.ts';
export { readMat } from './graphs/read-mat.ts';
export type { ImageOptions } from './images/image-options.ts';
export { readImage } from './images/read-image.ts';
export {
  type ImageFolder,
  type ImageFolderOptions,
  imageFiles,
  readImageFolder,
  type UnreadableImage,
} from './images/read-image-folder.ts';
export { type ImageFit, imageFits } from './images/resample.ts';
export { type KerasWeightsOptions, readKerasWeights } from './keras/read-keras-weights.ts';
export {
  createNpyBlocks,
  type NpyBlocksOptions,
  type NpyBlocksWriter,
  npyBytesOf,
} from './npy-blocks/create-npy-blocks.ts';
export { type NpyBlocks, openNpyBlocks } from './npy-blocks/open-npy-blocks.ts';
export { freeBytes } from './npy-blocks/part.ts';
export { readIdx } from './read-idx.ts';
export { readNpz } from './read-npz.ts';
export { readTable } from './read-table.ts';
export { loadDsprites } from './sprites/load-dsprites.ts';
export { readDsprites, type SpriteImages } from './sprites/read-dsprites.ts';

export type { ByteSource } from '@unbraid/checks';
export {
  decodeSafetensors,
  encodeSafetensors,
  requireTensor,
  type SafeTensor,
  type Safetensors,
  type TensorArrays,
  type TensorDtype,
} from '@unbraid/checks/safetensors';
export { type Augmentation, type AugmentationOptions, createAugmentation } from './augmentation.ts';
export * from './checks.ts';
export { CIFAR10_CLASSES, parseCifar10 } from './cifar10.ts';
export { cifar10 } from './datasets/cifar10.ts';
export {
  type Dataset,
  type DatasetFile,
  datasetFile,
  type Fingerprint,
  type PublishedFile,
} from './datasets/dataset.ts';
export { FASHION_CLASSES, fashionMnist } from './datasets/fashion-mnist.ts';
export { heterophilous } from './datasets/heterophilous.ts';
export { mnist } from './datasets/mnist.ts';
export { ogbArxiv } from './datasets/ogb-arxiv.ts';
export { planetoid } from './datasets/planetoid.ts';
export { datasets, findDataset } from './datasets/registry.ts';
export { shapes3d } from './datasets/shapes3d.ts';
export { smallNorb } from './datasets/small-norb.ts';
export type { FactorImages, ImageFactor } from './factors/factor-images.ts';
export { type BlockModel, type BlockModelOptions, blockModel } from './graphs/block-model.ts';
export { withDice } from './graphs/dice.ts';
export { withFeatureNoise } from './graphs/feature-noise.ts';
export type { EdgeReport, GraphData, GraphSet, GraphSplit } from './graphs/graph-data.ts';
export { parseMat } from './graphs/mat-file.ts';
export type { MatMatrix, MatOptions } from './graphs/mat-matrix.ts';
export { type MinesweeperOptions, minesweeper, stratifiedSplits } from './graphs/minesweeper.ts';
export type { Pickled } from './graphs/pickle-objects.ts';
export { withRandomEdges } from './graphs/random-edges.ts';
export { rowNormalized } from './graphs/row-normalized.ts';
export { randomSplit } from './graphs/splits.ts';
export { type UndirectedOptions, undirected } from './graphs/undirected.ts';
export { unpickle } from './graphs/unpickle.ts';
export * from './idx.ts';
export type { LabelledImages, RawImages } from './labelled-images.ts';
export * from './matrix.ts';
export { type NpyArray, type NpyData, parseNpy } from './npy.ts';
export type { NpyBlock, NpyFloat, NpyFloats } from './npy-blocks/header.ts';
export { type NpyHeader, parseNpyHeader } from './npy-header.ts';
export * from './pca.ts';
export * from './random-sample.ts';
export * from './scaling.ts';
export {
  COLOUR_SPRITE_COUNT,
  colourSpriteFactors,
  colourSpriteIndex,
  colourSpriteValues,
  drawColourSprites,
  SPRITE_COLOURS,
} from './sprites/colour-sprites.ts';
export { drawSprites } from './sprites/draw-sprites.ts';
export {
  SPRITE_COUNT,
  SPRITE_SHAPES,
  type SpriteFactor,
  spriteFactors,
  spriteFactorValues,
  spriteIndex,
} from './sprites/factors.ts';
export { type PackedImages, unpackImages } from './sprites/packed-images.ts';
export * from './stratified-split.ts';
export { type ColumnKey, MISSING_TEXTS, parseTable, type Table, type TableOptions } from './table.ts';
export type { Border, ImageShape } from './warp.ts';

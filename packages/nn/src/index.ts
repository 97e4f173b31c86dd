export * from './browser.ts';
export { type FileCheckpointOptions, fileCheckpoint } from './saved/file-checkpoint.ts';
export { type LoadModelOptions, loadModel, saveModel } from './saved/model-file.ts';

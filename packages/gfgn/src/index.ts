export * from './browser.ts';
export { loadModel, saveModel } from './files.ts';

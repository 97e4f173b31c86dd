export * from './browser.ts';
export {
  loadGraphModel,
  loadLinkModel,
  loadModel,
  saveGraphModel,
  saveLinkModel,
  saveModel,
} from './saved/files.ts';

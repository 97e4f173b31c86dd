export * from './browser.ts';
export { loadVae, saveVae, saveVaeOnnx } from './use/files.ts';

export * from './browser.ts';
export { loadGalu, saveGalu, saveOnnx } from './files.ts';

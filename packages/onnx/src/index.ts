export * from './browser.ts';
export { importOnnx } from './import/import-file.ts';

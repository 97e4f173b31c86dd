export * from './browser.ts';
export { loadGalu, saveGalu, saveOnnx } from './files.ts';
export { loadGln, saveGln } from './gln/files.ts';
export { type FileRows, type OpenRowsOptions, openRows } from './rows/open-rows.ts';

export * from './browser.ts';
export { loadPermutations, type OriginalFile, savePermutations } from './save.ts';

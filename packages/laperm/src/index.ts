export * from './browser.ts';
export { loadPermutations, savePermutations } from './save.ts';

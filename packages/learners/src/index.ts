export * from './browser.ts';
export { loadPolicy, savePolicy } from './policy/policy-file.ts';

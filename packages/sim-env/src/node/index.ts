export { type BlockingOptions, blocking } from './blocking.ts';

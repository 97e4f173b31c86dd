export { defaultThreads, parseThreads, THREADS_RANGE } from './default-threads.ts';
export { usableCores } from './usable-cores.ts';

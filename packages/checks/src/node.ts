export { errorCode, fileError } from './files/file-errors.ts';
export { makeFolder } from './files/make-folder.ts';
export { checkPath, readBytes } from './files/read-bytes.ts';
export { readSafetensors, writeSafetensors } from './files/safetensors-file.ts';
export { writeError, writeFileAtomic } from './files/write-file-atomic.ts';
export { isLoopback } from './loopback.ts';
export { defaultThreads, parseThreads, THREADS_RANGE } from './threads/default-threads.ts';
export { usableCores } from './threads/usable-cores.ts';

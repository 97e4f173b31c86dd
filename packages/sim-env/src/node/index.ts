export { type BlockingOptions, blocking } from './blocking.ts';
export { loadRecording, saveRecording } from './recording-file.ts';

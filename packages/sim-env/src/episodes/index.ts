export { type Digest, digestOf } from './digest.ts';
export { type RecorderOptions, recorder } from './recorder.ts';
export { decodeRecording, encodeRecording, type Recording } from './recording.ts';
export { type ReplayDifference, type ReplayOptions, type ReplayReport, replay } from './replay.ts';
export { decodeSnapshot, type EnvSnapshot, encodeSnapshot } from './snapshot.ts';
export { type SnapshotOptions, type Snapshots, withSnapshots } from './with-snapshots.ts';

import { type CheckpointStore, decodeState, encodeState } from '@unbraid/nn';

/** A checkpoint in memory, written and read as in a file. @param everyEpochs updates from one save to the next */
export function memoryStore(everyEpochs = 1): CheckpointStore {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  return {
    everyEpochs,
    load: async () => bytes && decodeState(bytes),
    save: async (state) => {
      bytes = encodeState(state);
    },
  };
}

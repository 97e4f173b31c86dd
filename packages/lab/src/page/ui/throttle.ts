import { useEffect, useMemo } from 'preact/hooks';

/** Calls `act` at most once in `wait` ms, the first time after that long, and never after the view has gone. */
export function useThrottled(act: () => void, wait: number): () => void {
  const state = useMemo(() => ({ act, timer: undefined as ReturnType<typeof setTimeout> | undefined }), []);
  state.act = act;
  useEffect(() => () => clearTimeout(state.timer), []);
  return useMemo(
    () => () => {
      state.timer ??= setTimeout(() => {
        state.timer = undefined;
        state.act();
      }, wait);
    },
    [wait],
  );
}

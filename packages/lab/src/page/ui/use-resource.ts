import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** What was asked for: the last answer, which stays while the next is on its way. */
export interface Resource<T> {
  readonly data: T | undefined;
  readonly error: Error | undefined;
  readonly busy: boolean;
  /** Asks again. */
  readonly reload: () => void;
  /** Puts what is known from elsewhere in the place of the answer. */
  readonly put: (change: (data: T | undefined) => T | undefined) => void;
}

/** Asks whenever `key` changes, which names all that the question depends on; undefined asks nothing. An answer that comes after the next question is left aside. */
export function useResource<T>(key: string | undefined, ask: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<{ data?: T; error?: Error; busy: boolean }>({ busy: key !== undefined });
  const [times, setTimes] = useState(0);
  const asking = useRef(ask);
  asking.current = ask;
  useEffect(() => {
    if (key === undefined) return;
    const control = new AbortController();
    setState(({ data }) => ({ ...(data !== undefined && { data }), busy: true }));
    asking.current(control.signal).then(
      (data) => control.signal.aborted || setState({ data, busy: false }),
      (error: Error) =>
        control.signal.aborted || setState(({ data }) => ({ ...(data !== undefined && { data }), error, busy: false })),
    );
    return () => control.abort();
  }, [key, times]);
  const reload = useCallback(() => setTimes((count) => count + 1), []);
  const put = useCallback(
    (change: (data: T | undefined) => T | undefined) =>
      setState((last) => {
        const data = change(last.data);
        return data === undefined || data === last.data ? last : { ...last, data };
      }),
    [],
  );
  return { data: state.data, error: state.error, busy: state.busy, reload, put };
}

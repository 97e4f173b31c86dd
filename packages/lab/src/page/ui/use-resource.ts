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

/** What is kept of answers. */
export interface Answered<T> {
  /** The question that was asked last. */
  readonly key?: string | undefined;
  /** Its answer, or one before it. */
  readonly data?: T | undefined;
  readonly error?: Error | undefined;
  readonly busy: boolean;
}

/** How things stand for a question: errors of another are none of its own, and nothing is known where nothing is asked. */
export function standingOf<T>(state: Answered<T>, key: string | undefined): Omit<Resource<T>, 'reload' | 'put'> {
  if (key === undefined) return { data: undefined, error: undefined, busy: false };
  const isOwn = state.key === key;
  return { data: state.data, error: isOwn ? state.error : undefined, busy: !isOwn || state.busy };
}

/** Asks whenever `key` changes, which names all that the question depends on; undefined asks nothing. An answer that comes after the next question is left aside. */
export function useResource<T>(key: string | undefined, ask: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<Answered<T>>({ busy: false });
  const [times, setTimes] = useState(0);
  const asking = useRef(ask);
  asking.current = ask;
  useEffect(() => {
    if (key === undefined) {
      setState({ busy: false });
      return;
    }
    const control = new AbortController();
    const set = (next: (before: Answered<T>) => Answered<T>) => control.signal.aborted || setState(next);
    set(({ data }) => ({ key, data, busy: true }));
    asking.current(control.signal).then(
      (data) => set(() => ({ key, data, busy: false })),
      (error: Error) => set(({ data }) => ({ key, data, error, busy: false })),
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
  return { ...standingOf(state, key), reload, put };
}

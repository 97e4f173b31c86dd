import type { Backend, Session, SessionNeeds } from '../backends/backend.ts';

/** A session that several may use. */
export interface SharedSession {
  readonly session: Session;
  /** Lets the session go, which ends with its last user. */
  release(): Promise<void>;
}

interface Entry {
  readonly session: Promise<Session>;
  users: number;
}

/** Models of more bytes hold large constants, and are hardly ever equal. */
const MAX_BYTES = 2 ** 16;

const byBackend = new WeakMap<Backend, Map<string, Entry>>();

/**
 * A session for a model: the one that runs an equal model already, if there is one. A graph that is cut around host operators often has
 * parts in common with another, such as the forward pass of a training step and that of a prediction.
 */
export async function shareSession(backend: Backend, model: Uint8Array, needs: SessionNeeds): Promise<SharedSession> {
  if (!backend.sharesSessions || model.byteLength > MAX_BYTES) {
    const session = await backend.createSession(model, needs);
    return { session, release: () => session.release() };
  }
  const entries = byBackend.get(backend) ?? new Map<string, Entry>();
  byBackend.set(backend, entries);
  const key = `${needs.plansMemory} ${new TextDecoder('latin1').decode(model)}`;
  const entry = entries.get(key) ?? { session: backend.createSession(model, needs), users: 0 };
  entries.set(key, entry);
  entry.users++;
  const leave = () => {
    if (--entry.users === 0) entries.delete(key);
    return entry.users === 0;
  };
  try {
    const session = await entry.session;
    return {
      session,
      async release() {
        if (leave()) await session.release();
      },
    };
  } catch (error) {
    leave();
    throw error;
  }
}

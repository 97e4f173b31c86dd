export { type Connection, connect, RemoteError } from './client.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { type Asking, type ErrorKind, type Replies, type SparseInfos, SUBPROTOCOL } from './protocol.ts';
export { type EnvServer, type ServeOptions, serveEnvs } from './serve.ts';
export { createSession, type Session } from './session.ts';
export { decodeMessage, encodeMessage, MessageError } from './wire.ts';

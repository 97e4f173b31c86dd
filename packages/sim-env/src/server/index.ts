export { type Connection, connect, RemoteError } from './client.ts';
export type { Limits } from './limits.ts';
export type { ErrorKind, Replies, RequestOf } from './protocol.ts';
export { SUBPROTOCOL } from './protocol.ts';
export { type EnvServer, type ServeOptions, serveEnvs } from './serve.ts';

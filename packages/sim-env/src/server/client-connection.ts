import type { RawData, WebSocket } from 'ws';
import { createRate } from './limits.ts';
import { type SessionSettings, startSession } from './session-thread.ts';

/** A client that is connected. */
export interface Client {
  /** Settled when it is gone and its environments are closed. */
  readonly gone: Promise<void>;
  sendAway(reason: string): Promise<void>;
}

/** Why a connection is ended; RFC 6455, section 7.4.1. */
const Close = { goingAway: 1001, unsupported: 1003, policy: 1008, failed: 1011 } as const;

/** Milliseconds between two looks at whether a client is there and busy; one that computes that long has no time for a pong. */
const HEARTBEAT = 60_000;
/** Milliseconds that a client has to answer a closing handshake. */
const FAREWELL = 1000;
/** What a close frame has room for, bytes. */
const LONGEST_REASON = 123;

/** Carries a client's messages to a session of its own and the replies back, within the limits, until either side ends it. */
export function attend(socket: WebSocket, settings: SessionSettings): Client {
  const { limits } = settings;
  const withinRate = createRate(limits.messagesPerSecond);
  const idle = 1000 * limits.idleSeconds;
  let lastMessage = performance.now();
  let alive = true;

  function end(code: number, reason: string): void {
    socket.close(code, Buffer.from(reason).subarray(0, LONGEST_REASON));
    // One that does not answer is cut off.
    setTimeout(() => socket.terminate(), FAREWELL).unref();
  }

  const session = startSession(settings, {
    reply(message) {
      if (socket.bufferedAmount + message.length > limits.unreadBytes) socket.terminate();
      else socket.send(message);
    },
    failed: (reason) => end(Close.failed, reason),
  });

  socket.on('message', (data: RawData, isBinary: boolean) => {
    // Of one that is being sent away, more may still arrive.
    if (socket.readyState !== socket.OPEN) return;
    lastMessage = performance.now();
    if (!isBinary) return end(Close.unsupported, 'messages are binary, MessagePack');
    if (!withinRate()) return end(Close.policy, `more than ${limits.messagesPerSecond} messages a second`);
    if (session.pending >= limits.pending) return end(Close.policy, `${limits.pending} messages wait for replies`);
    // A copy with a buffer of its own, which the thread can have.
    session.send(Uint8Array.from(data as Buffer));
  });
  socket.on('pong', () => {
    alive = true;
  });
  // A protocol error, or a message that is too long; ws ends the connection with the code that says so.
  socket.on('error', () => {});

  const heartbeat = setInterval(
    () => {
      if (!alive) return socket.terminate();
      if (performance.now() - lastMessage > idle) return end(Close.goingAway, `idle for ${limits.idleSeconds} s`);
      alive = false;
      socket.ping();
    },
    Math.min(HEARTBEAT, idle / 2),
  );

  const gone = new Promise<void>((resolve) => {
    socket.once('close', () => {
      clearInterval(heartbeat);
      void session.stop().then(resolve);
    });
  });
  return {
    gone,
    sendAway(reason) {
      end(Close.goingAway, reason);
      return gone;
    },
  };
}

import type { RawData, WebSocket } from 'ws';
import { createRate } from './limits.ts';
import { type SessionSettings, startSession } from './session-thread.ts';

/** A client that is connected. */
export interface Client {
  /** Settled when it is gone and its environments are closed. */
  readonly gone: Promise<void>;
  /** When it began to wait for an answer; undefined where it does not. */
  readonly busySince: number | undefined;
  /** `memory`: its own fault, which it is told in reply to what it waits for. */
  sendAway(reason: string, fault?: 'memory'): Promise<void>;
}

/** Why a connection is ended; RFC 6455, section 7.4.1. */
const Close = { goingAway: 1001, unsupported: 1003, policy: 1008, tooLong: 1009, failed: 1011 } as const;

/** Milliseconds between two looks at whether a client is there and busy; one that computes that long has no time for a pong. */
const HEARTBEAT = 60_000;
/** Pings in a row that a client may leave unanswered. */
const MISSED = 2;
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
  let unanswered = 0;

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
    // A copy, since many messages lie in one buffer of the socket's; not Uint8Array.from, which goes through them byte by byte.
    session.send(new Uint8Array(data as Buffer));
  });
  socket.on('pong', () => {
    unanswered = 0;
  });
  // A protocol error, or a message that is too long; ws ends the connection with the code that says so, and without a reason.
  socket.on('error', () => {});
  const close = socket.close.bind(socket);
  const tooLong = `a message is longer than ${limits.messageBytes} bytes, the limit messageBytes`;
  socket.close = (code, reason) => close(code, reason ?? (code === Close.tooLong ? tooLong : undefined));

  const heartbeat = setInterval(
    () => {
      // One that is busy may miss a ping, not several.
      if (unanswered > MISSED) return socket.terminate();
      if (session.pending === 0 && performance.now() - lastMessage > idle)
        return end(Close.goingAway, `idle for ${limits.idleSeconds} s`);
      unanswered++;
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
    get busySince() {
      return session.busySince;
    },
    sendAway(reason, fault) {
      if (fault === undefined) end(Close.goingAway, reason);
      else session.fail('model', `sim-env: ${reason}, the limit memoryMegabytes`);
      return gone;
    },
  };
}

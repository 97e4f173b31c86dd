/** Limits of `unbraid serve-env`, as its help shows them: what each is, and its default. Here, since to load the server takes longer than the help. */
export const envLimits: readonly (readonly [name: string, byDefault: number, about: string])[] = [
  ['connections', 32, 'clients at a time'],
  ['environments', 128, 'environments of one client'],
  ['messageBytes', 1_048_576, 'bytes of a message from a client'],
  ['messagesPerSecond', 50_000, 'messages a second of one client, over a few seconds'],
  ['pending', 64, 'messages that a client may send before the reply to the first'],
  ['unreadBytes', 67_108_864, 'bytes of replies that a client has not taken yet'],
  ['idleSeconds', 900, 'seconds without a message after which a client is sent away'],
  ['answerSeconds', 120, 'seconds that an answer may take'],
  ['modelSeconds', 10, 'seconds from an action to the decision after it, for a model in a thread of its own'],
  ['startSeconds', 30, 'seconds that such a thread may take to start'],
  ['memoryMegabytes', 512, "megabytes of objects, and as many of typed arrays, of a client's environments"],
];

/** The paragraph below the options. */
export function envLimitsHelp(): string {
  const heads = envLimits.map(([name, byDefault]) => `${name}=${byDefault}`);
  const width = Math.max(...heads.map(({ length }) => length));
  const lines = envLimits.map(([, , about], i) => `  ${heads[i]!.padEnd(width)}  ${about}`);
  return ['', 'Limits and their defaults, for --limit:', ...lines].join('\n');
}

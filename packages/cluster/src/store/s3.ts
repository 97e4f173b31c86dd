import { messageOf, RunError, UsageError } from '@unbraid/experiment';
import { AwsClient } from 'aws4fetch';
import type { Store } from './store.ts';

/** Variables of the environment, as tools of S3 read them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A store that speaks S3: Amazon's, or another's whose address `AWS_ENDPOINT_URL` says.
 * @param address `s3://BUCKET/PREFIX`
 * @throws {UsageError} where keys are missing
 */
export function s3Store(address: URL, environment: Environment): Store {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ENDPOINT_URL } = environment;
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || 'us-east-1';
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new UsageError(
      `cluster: the store ${address.href} asks for keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    );
  }
  const client = new AwsClient({
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    service: 's3',
    region,
    // With growing waits, some 6 s together, where the store says 429 or 5xx.
    retries: 6,
  });
  const endpoint = (AWS_ENDPOINT_URL || `https://s3.${region}.amazonaws.com`).replace(/\/$/, '');
  const prefix = address.pathname.replace(/^\/|\/$/g, '');
  const urlOf = (name: string) => [endpoint, address.host, ...(prefix ? [prefix] : []), name].join('/');

  async function ask(
    method: string,
    name: string,
    accepted: readonly number[],
    init: RequestInit = {},
  ): Promise<Response> {
    const url = urlOf(name);
    let response: Response;
    try {
      response = await client.fetch(url, { ...init, method });
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw new RunError(`cluster: the store at ${endpoint} can't be reached: ${messageOf(cause)}`, { cause: error });
    }
    if (response.ok || accepted.includes(response.status)) return response;
    const said = /<Message>([^<]*)/.exec(await response.text())?.[1] ?? response.statusText;
    throw new RunError(`cluster: the store answered ${method} ${url} with ${response.status}: ${said}`);
  }

  return {
    async put(name, bytes, sha256) {
      const headers = {
        // 412: it is there, of this name and so with these bytes.
        'if-none-match': '*',
        'content-type': 'application/octet-stream',
        'x-amz-content-sha256': Buffer.from(sha256).toString('hex'),
      };
      await ask('PUT', name, [412], { headers, body: bytes });
    },
    async get(name) {
      const response = await ask('GET', name, []);
      return new Uint8Array(await response.arrayBuffer());
    },
    async remove(name) {
      await ask('DELETE', name, [404]);
    },
  };
}

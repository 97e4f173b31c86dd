import { openRegular } from '../runs/open-regular.ts';
import { notFound } from './failure.ts';

const PIECE_BYTES = 2 ** 16;

/** What no page may do with a file of a run, should it be looked at instead of kept. */
const NOTHING = "default-src 'none'; sandbox";

/**
 * A file of a run as a download.
 * @param path made of names that the run's own lists hold
 * @param name that it is kept under
 * @throws HTTPException 404 where it isn't there, or is a link
 */
export async function sendDownload(path: string, name: string): Promise<Response> {
  const size = await sizeOf(path);
  if (size === undefined) throw notFound('file');
  return new Response(ReadableStream.from(piecesOf(path, size)), {
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(size),
      'Content-Disposition': disposition(name),
      'Content-Security-Policy': NOTHING,
      'Cache-Control': 'no-store',
    },
  });
}

/** Letters and digits of ASCII as they are; the whole name by RFC 8187. */
const disposition = (name: string): string =>
  `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;

/** As many bytes as it has now, though it may grow meanwhile. It is opened when somebody reads: whoever asks for the headers alone never does. */
async function* piecesOf(path: string, size: number): AsyncGenerator<Uint8Array> {
  const file = await openRegular(path);
  if (file === undefined) throw notFound('file');
  try {
    for (let at = 0; at < size; ) {
      const buffer = new Uint8Array(Math.min(PIECE_BYTES, size - at));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Undefined where there is no plain file. */
async function sizeOf(path: string): Promise<number | undefined> {
  const file = await openRegular(path);
  if (file === undefined) return undefined;
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

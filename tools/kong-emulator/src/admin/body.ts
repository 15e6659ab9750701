import type { IncomingMessage } from 'node:http';

/** A request's body as far as it came. */
export type ReceivedBody =
  | { readonly type: 'complete' | 'aborted'; readonly bytes: Buffer }
  /** More than the limit. */
  | { readonly type: 'too-large'; readonly bytes: Buffer };

/**
 * Receives a body. One whose length is announced as too large is not waited for.
 * @param limit in bytes
 */
export function receiveBody(request: IncomingMessage, limit: number): Promise<ReceivedBody> {
  const { promise, resolve } = Promise.withResolvers<ReceivedBody>();
  const pieces: Buffer[] = [];
  let length = 0;
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    request.resume();
    resolve({ type: 'too-large', bytes: Buffer.alloc(0) });
    return promise;
  }
  request.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length <= limit) pieces.push(piece);
    else resolve({ type: 'too-large', bytes: Buffer.concat(pieces) });
  });
  request.once('end', () => {
    resolve({ type: 'complete', bytes: Buffer.concat(pieces) });
  });
  request.once('close', () => {
    resolve({ type: 'aborted', bytes: Buffer.concat(pieces) });
  });
  request.on('error', () => {
    resolve({ type: 'aborted', bytes: Buffer.concat(pieces) });
  });
  return promise;
}

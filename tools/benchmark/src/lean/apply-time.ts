import { performance } from 'node:perf_hooks';
import { request } from 'undici';

/**
 * Sends a configuration to the Admin API of a DB-less Kong, as its controllers do, and waits until it has been applied.
 *
 * @param adminUrl - as in `http://127.0.0.1:8001`
 * @returns the time until the answer, in ms
 * @throws Error if Kong does not accept it
 */
export async function applyTime(adminUrl: string, bytes: Buffer, contentType: string): Promise<number> {
  const startedAt = performance.now();
  const { statusCode, body } = await request(new URL('/config?flatten_errors=1', adminUrl), {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: bytes,
    headersTimeout: 600_000,
    bodyTimeout: 600_000,
  });
  const answer = await body.text();
  if (statusCode !== 201) throw new Error(`Kong answered ${statusCode}: ${answer.slice(0, 300)}`);
  return performance.now() - startedAt;
}

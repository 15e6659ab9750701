import type { AdminApi } from '@silverback/kong-admin';
import { ProxyConnection } from './proxy-connection.ts';

/** A connection whose clients the test ends. */
function make() {
  const endings: (() => void)[] = [];
  const client = (): AdminApi => ({
    address: 'k:1',
    status: () => Promise.reject(new Error('not asked here')),
    information: () => Promise.reject(new Error('not asked here')),
    sendConfiguration: () => Promise.reject(new Error('not asked here')),
    onDisconnect: (listener) => endings.push(listener),
    close: () => Promise.resolve(),
  });
  const seen = { breaks: 0, now: 0 };
  const connection = new ProxyConnection({
    proxy: { key: 'k:1', name: 'k:1', protocol: 'https', host: 'k', port: 1, origin: 'static' },
    connect: client,
    onBroken: () => (seen.breaks += 1),
    everyMs: 100,
    now: () => seen.now,
  });
  connection.client();
  return { connection, endings, seen };
}

test('the end of a connection is told, at most once in a while', () => {
  const { endings, seen } = make();
  endings[0]?.();
  endings[0]?.();
  expect(seen.breaks).toBe(1);
  seen.now = 100;
  endings[0]?.();
  expect(seen.breaks).toBe(2);
});

test('it is not told while the proxy is asked, nor of a client that was given up', async () => {
  const { connection, endings, seen } = make();
  connection.isAsking = true;
  endings[0]?.();
  connection.isAsking = false;
  await connection.close();
  connection.client();
  endings[0]?.();
  expect([endings.length, seen.breaks]).toEqual([2, 0]);
  endings[1]?.();
  expect(seen.breaks).toBe(1);
});

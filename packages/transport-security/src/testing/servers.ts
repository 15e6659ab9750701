import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { Pool, type buildConnector } from 'undici';

/** Listens on a free port of the loopback address; the server's connections end with the returned function. */
export async function listen(server: Server): Promise<{ port: number; stop: () => Promise<void> }> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** The body of `GET /` through a connector, whatever the URL says; throws what undici throws. */
export async function get(
  connect: buildConnector.connector,
  origin = 'https://ignored.test',
): Promise<string> {
  const pool = new Pool(origin, { connect, allowH2: false, connections: 1 });
  try {
    const { body } = await pool.request({ path: '/', method: 'GET' });
    return await body.text();
  } finally {
    await pool.destroy();
  }
}

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { documentedPorts, portOrAny, PROXY_NAMES } from './ports.ts';

test('a port that another program has is given up for any free one', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  expect(await portOrAny(port)).toBe(0);
  other.close();
  await once(other, 'close');
  expect(await portOrAny(port)).toBe(port);
});

test('the README names the documented ports', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const rows = PROXY_NAMES.map((name, index) => {
    const { http, https, admin, status, control } = documentedPorts(index);
    return [name, http, https, admin, status, control].join(' | ');
  });
  const words = readme.replaceAll(/ +/g, ' ');
  for (const row of rows) expect(words).toContain(`| ${row} |`);
});

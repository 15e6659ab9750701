import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { VirtualClock } from '@silverback/clock';
import { createTestCa } from '@silverback/test-certificates';
import type { Payload } from '@silverback/kong-configuration';
import { readDirectory } from '@silverback/manifests';
import { parseSettings } from '@silverback/settings';
import { createAccess, FileCredentialSource } from '@silverback/transport-security';
import {
  codeOf,
  connect,
  pki,
  SERVER_NAME,
  startPlain,
  startTls,
  stopAll,
  TOKEN,
} from './testing/hostile-proxy.ts';
import { tlsSecretManifest } from './testing/manifests.ts';

afterEach(stopAll);

const good = pki.server;
const mebibyte = 1024 * 1024;
const bytes = Buffer.from('{}');
const payload: Payload = {
  hash: '0'.repeat(32),
  byteLength: bytes.length,
  segments: [bytes],
  counts: { entities: 0, routes: 0 },
  ownerOf: () => undefined,
};
const flags = { checkHash: true, flattenErrors: true };

/** Writes without end; returns how much was written, and whether the other side has hung up. */
function pourInto(response: ServerResponse): {
  readonly written: () => number;
  readonly ended: () => boolean;
} {
  const piece = Buffer.alloc(64 * 1024, ' ');
  let written = 0;
  let ended = false;
  const fill = (): void => {
    while (!ended && response.write(piece)) written += piece.length;
  };
  response.on('drain', fill).on('close', () => (ended = true));
  fill();
  return { written: () => written, ended: () => ended };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

describe('a proxy that is not ours', () => {
  test('1. a certificate of our CA for another name', async () => {
    const proxy = await startTls(await pki.issueServer(['other.kong.svc']));
    expect(await codeOf(() => connect(proxy.port).status())).toBe('TlsServerNameMismatch');
    expect(proxy.requests).toEqual([]);
  });

  test('2. a certificate of our CA for the address that a forged slice gives, not for the name', async () => {
    const proxy = await startTls(await pki.issueServer(['127.0.0.1', 'localhost']));
    expect(await codeOf(() => connect(proxy.port).status())).toBe('TlsServerNameMismatch');
    expect(proxy.requests).toEqual([]);
  });

  test('3. an address that was only discovered, where the settings give no name', async () => {
    const proxy = await startTls(await pki.issueServer(['127.0.0.1']));
    expect(await codeOf(() => connect(proxy.port, {}, {}))).toBe('TlsServerNameUnknown');
    expect(proxy.connections()).toBe(0);
  });

  test('4. a self-signed certificate with the right name', async () => {
    const self = await createTestCa(SERVER_NAME);
    const proxy = await startTls(self);
    expect(await codeOf(() => connect(proxy.port).status())).toBe('TlsServerUntrusted');
    expect(proxy.requests).toEqual([]);
  });

  test("5. a stranger's certificate with the right name, and the stranger's CA in the chain", async () => {
    const leaf = await pki.otherCa.issueServer([SERVER_NAME]);
    const chain = { ...leaf, certificate: `${leaf.certificate}\n${pki.otherCa.certificate}` };
    const proxy = await startTls(chain);
    expect(await codeOf(() => connect(proxy.port).status())).toBe('TlsServerUntrusted');
    expect(proxy.requests).toEqual([]);
  });

  test('6. a certificate that has expired', async () => {
    const notAfter = new Date(Date.now() - 1000);
    const proxy = await startTls(await pki.issueServer([SERVER_NAME], { notAfter }));
    expect(await codeOf(() => connect(proxy.port).status())).toBe('TlsServerCertificateExpired');
    expect(proxy.requests).toEqual([]);
  });

  test("7. the controller's own certificate, stolen, in the place of a proxy's", async () => {
    const proxy = await startTls(pki.client);
    expect(await codeOf(() => connect(proxy.port).status())).toBe('TlsServerUntrusted');
    expect(proxy.requests).toEqual([]);
  });

  test('8. a good certificate with another key than the pinned one', async () => {
    const proxy = await startTls(good);
    const pins = { serverName: SERVER_NAME, serverPublicKeySha256: [Buffer.alloc(32, 1).toString('base64')] };
    expect(await codeOf(() => connect(proxy.port, {}, pins).status())).toBe('TlsServerPublicKeyMismatch');
    expect(proxy.requests).toEqual([]);
  });

  test('9. an old version of TLS', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    const proxy = await startTls(good, undefined, old);
    expect(await codeOf(() => connect(proxy.port).status())).toBe('TlsProtocolVersion');
    expect(proxy.requests).toEqual([]);
  });

  test('10. no TLS where TLS was asked for', async () => {
    const proxy = await startPlain();
    expect(await codeOf(() => connect(proxy.port).status())).toBe('TlsNotSpoken');
    expect(proxy.requests).toEqual([]);
  });
});

describe('a token on its way', () => {
  test('11. over plain http to another machine', async () => {
    const plain = { protocol: 'http', host: '192.0.2.7' } as const;
    expect(await codeOf(() => connect(8001, plain))).toBe('TokenOverPlainHttp');
  });

  test('12. along with a redirect, to another host', async () => {
    const thief = await startPlain();
    const proxy = await startTls(good, (request, response) => {
      request.resume();
      response.writeHead(307, { location: `http://127.0.0.1:${thief.port}/config` }).end();
    });
    const client = connect(proxy.port);
    expect(await codeOf(() => client.status())).toBe('AdminRedirected');
    expect(await codeOf(() => client.sendConfiguration(payload, flags))).toBe('AdminRedirected');
    expect(thief.connections()).toBe(0);
  });

  test('13. a line break in a token file or header file, for a header or a request of their own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'token-'));
    try {
      const file = join(folder, 'value');
      writeFileSync(file, 'token\r\nTransfer-Encoding: chunked');
      const now = new Date();
      expect(await codeOf(() => new FileCredentialSource({ tokenFile: file }).read())).toBe('TokenMalformed');
      const headers = await new FileCredentialSource({ headerFiles: { 'X-Key': file } }).read();
      expect(await codeOf(() => createAccess(headers, { generation: 1, now }))).toBe('HeaderMalformed');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each(['Transfer-Encoding', 'Content-Length', 'Host', 'X\r\nHost'])(
    '14. a header in the settings that would end the request early: %j',
    (name) => {
      const parsed = parseSettings(
        {
          source: { directory: { path: '.' } },
          fleets: [
            {
              name: 'edge',
              discovery: [{ static: {} }],
              adminApi: { tls: { caFile: 'ca.crt' }, headers: { [name]: { file: 'x' } } },
            },
          ],
        },
        { file: 'silverback.yaml' },
      );
      expect(parsed.ok ? [] : parsed.issues.map(({ code }) => code)).toEqual(['SettingInvalid']);
    },
  );
});

describe('a proxy of ours that has been taken over', () => {
  test('15. an endless status', async () => {
    let poured = { written: () => 0, ended: () => false };
    const proxy = await startTls(good, (_request, response) => (poured = pourInto(response)));
    expect(await codeOf(() => connect(proxy.port).status())).toBe('AdminAnswerTooLarge');
    await until(poured.ended);
    expect(poured.written()).toBeLessThan(64 * mebibyte);
  });

  test('16. an endless refusal', async () => {
    let poured = { written: () => 0, ended: () => false };
    const proxy = await startTls(good, (request, response) => {
      request.resume();
      response.writeHead(400, { 'content-type': 'application/json' });
      poured = pourInto(response);
    });
    const pushing = connect(proxy.port).sendConfiguration(payload, flags);
    expect(await pushing).toMatchObject({ type: 'refused', refusals: [] });
    await until(poured.ended);
    expect(poured.written()).toBeLessThan(128 * mebibyte);
  });

  test('17. an endless acceptance', async () => {
    let poured = { written: () => 0, ended: () => false };
    const proxy = await startTls(good, (request, response) => {
      request.resume();
      response.writeHead(201);
      poured = pourInto(response);
    });
    const client = connect(proxy.port, { limits: { discardedBytes: mebibyte } });
    expect(await client.sendConfiguration(payload, flags)).toMatchObject({ type: 'accepted' });
    await until(poured.ended);
    expect(poured.written()).toBeLessThan(128 * mebibyte);
  });

  test('18. an answer that unpacks to far more than it is', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * mebibyte, ' '));
    const proxy = await startTls(good, (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    expect(await codeOf(() => connect(proxy.port).status())).toBe('AdminAnswerUnreadable');
  });

  test('19. endless headers', async () => {
    const proxy = await startTls(good, (_request, response) => {
      response.socket?.write('HTTP/1.1 200 OK\r\n');
      response.socket?.write(`x-filler: ${'y'.repeat(mebibyte)}\r\n`);
    });
    expect(await codeOf(() => connect(proxy.port).status())).toBe('AdminAnswerUnreadable');
  });

  test('20. an answer that never ends, one byte at a time', async () => {
    const clock = new VirtualClock();
    let trickle = (): void => undefined;
    const proxy = await startTls(good, (_request, response) => {
      response.writeHead(200);
      trickle = () => void response.write(' ');
      trickle();
    });
    const asking = codeOf(() => connect(proxy.port, { clock }).status());
    await until(() => proxy.requests.length === 1);
    for (let second = 0; second < 10; second += 1) {
      trickle();
      await clock.advance(1000);
    }
    expect(await asking).toBe('AdminAnswerTimedOut');
  });

  const refusing =
    (body: unknown): RequestListener =>
    (request, response) => {
      request.resume();
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };

  test("21. a refusal with forged tags and another resource's name", async () => {
    const tags = ['k8s-name:payments', 'k8s-namespace:bank', 'k8s-kind:Ingress', 'k8s-uid:1'];
    const error = {
      entity_type: 'route',
      entity_id: 'payments',
      entity_tags: tags,
      entity: { tags },
      errors: [],
    };
    const proxy = await startTls(good, refusing({ flattened_errors: [error] }));
    const outcome = await connect(proxy.port).sendConfiguration(payload, flags);
    expect(outcome).toMatchObject({ type: 'refused', refusals: [{ entityType: 'route' }] });
    expect(JSON.stringify(outcome)).not.toMatch(/payments|bank|k8s-/);
  });

  test('22. a refusal that repeats keys, tokens and the entity itself', async () => {
    const secret = 'hunter2-hunter2';
    const entity = { key: secret, config: { password: secret } };
    const message = `uniqueness violation: 'keyauth_credentials' entity with key set to '${secret}' already declared`;
    const errors = [
      { type: 'entity', message },
      { type: 'field', field: 'key', message: pki.client.key },
    ];
    const proxy = await startTls(
      good,
      refusing({
        message,
        fields: { keyauth_credentials: { [secret]: [message] } },
        flattened_errors: [{ entity, errors }],
      }),
    );
    const outcome = JSON.stringify(await connect(proxy.port).sendConfiguration(payload, flags));
    expect(outcome).not.toContain(secret);
    expect(outcome).not.toContain(pki.client.key.split('\n')[1]);
  });

  test('23. keys that would change every object of the program', async () => {
    const text =
      '{"configuration_hash":"__H__","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const proxy = await startTls(good, (_request, response) => {
      response.end(text.replace('__H__', '0'.repeat(32)));
    });
    expect(await connect(proxy.port).status()).toEqual({ configurationHash: '0'.repeat(32), workerPids: [] });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('24. words for a terminal or a log, made of control characters', async () => {
    const message = 'all is well\u001b[2J\u001b[H\n{"level":"info"}';
    const proxy = await startTls(good, refusing({ message, flattened_errors: [] }));
    const outcome = await connect(proxy.port).sendConfiguration(payload, flags);
    expect(outcome.type === 'refused' && outcome.message).not.toMatch(/\p{Cc}/u);
  });
});

describe('whoever may write manifests or settings', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('25. links out of the directory, to read with the eyes of the controller', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    try {
      writeFileSync(join(elsewhere, 'token'), TOKEN);
      writeFileSync(join(elsewhere, 'secret.yaml'), tlsSecretManifest('other', 'certificate', TOKEN));
      symlinkSync(join(elsewhere, 'token'), join(folder, 'token.yaml'));
      symlinkSync(join('..', basename(elsewhere), 'secret.yaml'), join(folder, 'secret.yaml'));
      symlinkSync(elsewhere, join(folder, 'directory'));
      const { resources, problems } = await readDirectory(folder);
      expect(resources).toEqual([]);
      expect(problems).toHaveLength(3);
      expect(JSON.stringify(problems)).not.toContain(TOKEN);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test('26. a manifest with __proto__ for a key', async () => {
    writeFileSync(
      join(folder, 'a.yaml'),
      'apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: b, __proto__: { polluted: 1 } }\n__proto__: { polluted: 1 }\n',
    );
    await readDirectory(folder);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('27. an environment variable that names a module to load', () => {
    const content = {
      source: { directory: { path: folder } },
      fleets: [{ name: 'edge', discovery: [{ static: {} }], adminApi: { tls: { caFile: 'ca.crt' } } }],
    };
    for (const name of ['SILVERBACK_MODULES', 'SILVERBACK_FLEETS', 'SILVERBACK_MODULES_0']) {
      const parsed = parseSettings(content, { file: 'silverback.yaml', env: { [name]: '/tmp/evil.mjs' } });
      expect(parsed.ok ? [] : parsed.issues.map(({ code }) => code)).toEqual(['SettingUnknown']);
    }
  });
});

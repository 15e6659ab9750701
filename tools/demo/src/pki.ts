import { createTestPki } from '@silverback/test-certificates';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdminTlsFiles } from './emulated-proxy.ts';

/** The files of a demo's own certificate authority. */
export interface PkiFiles {
  /** For the proxies' Admin APIs. */
  readonly proxy: AdminTlsFiles;
  /** For the controller: whom to trust, who it is, and the name that the proxies' certificates carry. */
  readonly controller: {
    readonly caFile: string;
    readonly certFile: string;
    readonly keyFile: string;
    readonly serverName: string;
  };
}

const SERVER_NAME = 'kong-admin.demo.test';

/**
 * Makes a certificate authority, an identity for the Admin APIs and one for the controller.
 *
 * @param folder - where the files are written, readable by their owner only
 */
export async function writePki(folder: string): Promise<PkiFiles> {
  const pki = await createTestPki({ serverNames: [SERVER_NAME] });
  const write = (name: string, pem: string): string => {
    const file = join(folder, name);
    writeFileSync(file, pem, { mode: 0o600 });
    return file;
  };
  const ca = write('ca.crt', pki.ca.certificate);
  return {
    proxy: {
      certFile: write('kong-admin.crt', pki.server.certificate),
      keyFile: write('kong-admin.key', pki.server.key),
      clientCaFile: ca,
    },
    controller: {
      caFile: ca,
      certFile: write('controller.crt', pki.client.certificate),
      keyFile: write('controller.key', pki.client.key),
      serverName: SERVER_NAME,
    },
  };
}

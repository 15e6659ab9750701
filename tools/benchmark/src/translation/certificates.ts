import { createTestPki } from '@silverback/test-certificates';
import type { CertificateWithKey } from './workload.ts';
import { hasTls } from './objects.ts';

/**
 * A certificate with its key for each application that has TLS, in their order. They are made apart from the process that
 * is measured: what makes them takes memory of its own.
 */
export async function testCertificates(ingresses: number): Promise<CertificateWithKey[]> {
  const certificates: CertificateWithKey[] = [];
  for (let index = 0; index < ingresses; index += 1) {
    if (!hasTls(index)) continue;
    const { server } = await createTestPki({ serverNames: [`app-${index}.example`] });
    certificates.push({ certificate: server.certificate, key: server.key });
  }
  return certificates;
}

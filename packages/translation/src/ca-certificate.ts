import { X509Certificate } from 'node:crypto';
import type { ConfigMapRecord, SecretRecord } from '@silverback/cluster-state';
import { createFragment, type CaCertificatePart } from '@silverback/kong-configuration';
import { fragmentHeader } from './fragment-header.ts';
import { ProblemList } from './problem-list.ts';
import { tagsOf } from './tags.ts';
import type { Translator } from './translator.ts';

const LABEL = 'konghq.com/ca-cert';
const LEFT_OUT = 'the CA certificate is left out, with every Service that needs it';

/** ConfigMap with the label for CA certificates → CA certificate. */
export const configMapTranslator: Translator = {
  kind: 'ConfigMap',
  translate(root, view) {
    const configMap = view.get('ConfigMap', root.namespace, root.name);
    if (configMap === undefined || !isCaCertificate(configMap)) return undefined;
    const problems = ProblemList.ofRecord(configMap);
    const part = caCertificatePart(configMap, problems);
    return createFragment({
      ...fragmentHeader(root, configMap),
      parts: part === undefined ? [] : [part],
      problems: problems.problems,
    });
  },
};

/** Whether the label of an object says that it holds a CA certificate. */
export function isCaCertificate({ metadata }: SecretRecord | ConfigMapRecord): boolean {
  return metadata.labels[LABEL] === 'true';
}

/**
 * When the CA certificate of a Secret or ConfigMap expires: it is usable up to this time, and with it. Kong refuses a
 * whole configuration with one that has expired; it takes one whose time has not come yet (schema of `ca_certificates`,
 * 3.4 to 3.9).
 *
 * @returns undefined where there is no CA certificate, or none that can be read
 */
export function caCertificateEnd(record: SecretRecord | ConfigMapRecord): Date | undefined {
  if (!isCaCertificate(record)) return undefined;
  const [cert = ''] = pemBlocks(record.data[keyOfCertificate(record)] ?? '');
  return readCertificate(cert)?.validToDate;
}

/**
 * The CA certificate of a Secret or ConfigMap. Whether it has expired is asked of the record, because no time may decide
 * what a fragment is.
 */
export function caCertificatePart(
  record: SecretRecord | ConfigMapRecord,
  problems: ProblemList,
): CaCertificatePart | undefined {
  const id = (record.data['id'] ?? '').trim();
  if (!isUuid(id)) {
    report('data["id"]', id === '' ? 'is missing or empty' : 'must be a UUID', problems);
    return undefined;
  }
  const key = keyOfCertificate(record);
  const field = `data[${JSON.stringify(key)}]`;
  const blocks = pemBlocks(record.data[key] ?? '');
  const [cert, ...others] = blocks;
  if (cert === undefined || others.length > 0) {
    report(field, `must hold one PEM certificate, and holds ${blocks.length}`, problems);
    return undefined;
  }
  const certificate = readCertificate(cert);
  if (certificate?.ca !== true) {
    report(field, certificate ? 'is not the certificate of an authority' : 'cannot be read', problems);
    return undefined;
  }
  if (record.hasExpired) {
    const message = `has expired at ${certificate.validToDate.toISOString()}`;
    const action = 'the CA certificate is left out, with every Service that trusts no other';
    problems.error('CaCertificateExpired', { field, message, action });
    return undefined;
  }
  const tags = tagsOf(record.kind, record.metadata, problems);
  return { type: 'ca-certificate', entity: { id, cert, tags } };
}

function report(field: string, message: string, problems: ProblemList): void {
  problems.error('CaCertificateInvalid', { field, message, action: LEFT_OUT });
}

function keyOfCertificate({ data }: SecretRecord | ConfigMapRecord): 'cert' | 'ca.crt' {
  return data['cert'] === undefined ? 'ca.crt' : 'cert';
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    // The reason given by OpenSSL says nothing that a person could act on.
    return undefined;
  }
}

/** The certificates of a PEM text. */
export function pemBlocks(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
}

/** Whether Kong takes the text as an id. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

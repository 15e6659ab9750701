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
 * The CA certificate of a Secret or ConfigMap. Whether it is still valid is not asked here, because no time may decide
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
  const key = record.data['cert'] === undefined ? 'ca.crt' : 'cert';
  const field = `data[${JSON.stringify(key)}]`;
  const blocks = pemBlocks(record.data[key] ?? '');
  const [cert, ...others] = blocks;
  if (cert === undefined || others.length > 0) {
    report(field, `must hold one PEM certificate, and holds ${blocks.length}`, problems);
    return undefined;
  }
  const fault = faultOfAuthority(cert);
  if (fault !== undefined) {
    report(field, fault, problems);
    return undefined;
  }
  const tags = tagsOf(record.kind, record.metadata, problems);
  return { type: 'ca-certificate', entity: { id, cert, tags } };
}

function report(field: string, message: string, problems: ProblemList): void {
  problems.error('CaCertificateInvalid', { field, message, action: LEFT_OUT });
}

function faultOfAuthority(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).ca ? undefined : 'is not the certificate of an authority';
  } catch {
    // The reason given by OpenSSL says nothing that a person could act on.
    return 'cannot be read';
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

import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { type JsonRecord, textOf } from '../json.ts';
import { wildcardHost } from './checks.ts';
import { commonFields, type EntitySchema, foreign, required, string, updatedAt } from './entity.ts';
import { addEntityError, type Check, type ErrorTree } from './field.ts';

const BEGIN = '-----BEGIN CERTIFICATE-----';

/** The value, or nothing if OpenSSL can't read it: what it says of that is its own wording, not Kong's. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

const parse = (pem: unknown) =>
  typeof pem === 'string' ? attempt(() => new X509Certificate(pem)) : undefined;

/** A value that stands in a vault is not looked at until it is used. */
const isReference = (value: string) => /^\{vault:\/\/.+\}$/.test(value);

const certificate: Check<string> = (pem) =>
  isReference(pem) || parse(pem)
    ? undefined
    : 'invalid certificate: x509.new: error:0480006C:PEM routines::no start line';

const key: Check<string> = (pem) =>
  isReference(pem) || attempt(() => createPrivateKey(pem))
    ? undefined
    : 'invalid key: pkey.new:load_key: error:1E08010C:DECODER routines::unsupported';

export const certificates: EntitySchema = {
  name: 'certificates',
  singular: 'certificate',
  unique: [],
  fields: {
    ...commonFields,
    updated_at: updatedAt,
    cert: required(string(certificate)),
    key: required(string(key)),
    cert_alt: string(certificate),
    key_alt: string(key),
  },
  check: checkPair,
};

function checkPair(entity: JsonRecord, errors: ErrorTree): void {
  for (const suffix of ['', '_alt'] as const) {
    const parsed = parse(entity[`cert${suffix}`]);
    const pem = entity[`key${suffix}`];
    const privateKey = typeof pem === 'string' ? attempt(() => createPrivateKey(pem)) : undefined;
    if (parsed && privateKey && !parsed.checkPrivateKey(privateKey))
      addEntityError(errors, `${suffix === '' ? '' : 'alternative '}certificate does not match key`);
  }
  if ((typeof entity['cert_alt'] === 'string') !== (typeof entity['key_alt'] === 'string'))
    addEntityError(errors, "all or none of these fields must be set: 'cert_alt', 'key_alt'");
}

export const snis: EntitySchema = {
  name: 'snis',
  singular: 'sni',
  key: 'name',
  unique: ['name'],
  fields: {
    ...commonFields,
    updated_at: updatedAt,
    name: required(string(wildcardHost)),
    certificate: foreign('certificates', { required: true }),
  },
};

export const caCertificates: EntitySchema = {
  name: 'ca_certificates',
  singular: 'ca_certificate',
  unique: [],
  fields: {
    ...commonFields,
    updated_at: updatedAt,
    cert: required(string(certificate)),
    cert_digest: string(),
  },
  check: (entity, errors) => {
    const parsed = parse(entity['cert']);
    const complaint = parsed && complaintAboutCa(parsed, textOf(entity['cert']));
    if (complaint !== undefined) addEntityError(errors, complaint);
  },
  complete: (entity) => {
    const parsed = parse(entity['cert']);
    if (parsed) entity['cert_digest'] = createHash('sha256').update(parsed.raw).digest('hex');
  },
};

function complaintAboutCa(parsed: X509Certificate, pem: string): string | undefined {
  if (pem.split(BEGIN).length > 2) return 'please submit only one certificate at a time';
  if (parsed.validToDate.getTime() < Date.now())
    return 'certificate expired, "Not After" time is in the past';
  return parsed.ca
    ? undefined
    : 'certificate does not appear to be a CA because it is missing the "CA" basic constraint';
}

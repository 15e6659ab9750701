import type { ClusterView, SecretRecord } from '@silverback/cluster-state';
import {
  credentialId,
  type CredentialPart,
  type CredentialType,
  type JsonObject,
  type JsonValue,
} from '@silverback/kong-configuration';
import { isEnterprise } from './enterprise.ts';
import { isOursByAnnotation } from './ingress-class.ts';
import type { ProblemList } from './problem-list.ts';
import { tagsOf } from './tags.ts';
import type { TranslationView } from './translator.ts';

/** The label that says of which type the credential in a Secret is. */
export const CREDENTIAL_LABEL = 'konghq.com/credential';

const LABEL_FIELD = `metadata.labels[${JSON.stringify(CREDENTIAL_LABEL)}]`;

const LEFT_OUT = 'the credential is left out';

/** Reads the text of a field; undefined where it is not what Kong takes, which is a problem. */
type ReadField = (text: string) => JsonValue | undefined;

interface CredentialFields {
  readonly required: readonly string[];
  readonly optional: Readonly<Record<string, ReadField>>;
  /** What no two credentials of the type may share. */
  readonly unique?: string;
}

const text: ReadField = (value) => value;
const wholeNumber: ReadField = (value) => (/^\d{1,15}$/.test(value) ? Number(value) : undefined);
const trueOrFalse: ReadField = (value) => (/^(true|false)$/.test(value) ? value === 'true' : undefined);
const list: ReadField = (value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
const reference: ReadField = (value) => ({ id: value.trim() });

/** The algorithms of the `jwt` plugin (Kong 3.9); the ones that need a public key do not begin with HS. */
const ALGORITHMS = /^(HS256|HS384|HS512|RS256|RS384|RS512|ES256|ES384|ES512|PS256|PS384|PS512|EdDSA)$/;
const algorithm: ReadField = (value) => (ALGORITHMS.test(value) ? value : undefined);

/** The fields of each type of credential, in Kong's names. */
const FIELDS: Readonly<Record<CredentialType, CredentialFields>> = {
  'key-auth': { required: ['key'], optional: { ttl: wholeNumber }, unique: 'key' },
  'basic-auth': { required: ['username', 'password'], optional: {}, unique: 'username' },
  'hmac-auth': { required: ['username'], optional: { secret: text }, unique: 'username' },
  jwt: { required: ['key'], optional: { algorithm, secret: text, rsa_public_key: text }, unique: 'key' },
  oauth2: {
    required: ['name', 'client_id'],
    optional: { client_secret: text, client_type: text, hash_secret: trueOrFalse, redirect_uris: list },
    unique: 'client_id',
  },
  acl: { required: ['group'], optional: {} },
  'mtls-auth': { required: ['subject_name'], optional: { ca_certificate: reference } },
};

/** Whether a consumer of ours names a Secret as one of its credentials. */
export function isUsedAsCredential(secret: SecretRecord, view: ClusterView, ingressClass: string): boolean {
  const { namespace, name } = secret.metadata;
  return view
    .lookUp('usersOfSecret', `${namespace}/${name}`)
    .some((user) => user.kind === 'KongConsumer' && isOursByAnnotation(user.metadata, view, ingressClass));
}

/**
 * The credential that a Secret gives: its label says of which type it is, and its keys are Kong's names of the fields.
 * No problem holds a value.
 */
export function credentialPart(
  secret: SecretRecord,
  view: TranslationView,
  problems: ProblemList,
): CredentialPart | undefined {
  const label = secret.metadata.labels[CREDENTIAL_LABEL] ?? '';
  if (!isCredentialType(label)) {
    problems.error('CredentialTypeUnknown', {
      field: LABEL_FIELD,
      message:
        label === ''
          ? 'must say of which type the credential is'
          : `must be one of ${Object.keys(FIELDS).join(', ')}`,
      action: LEFT_OUT,
    });
    return undefined;
  }
  if (
    label === 'mtls-auth' &&
    !isEnterprise(view, problems, { field: LABEL_FIELD, what: 'credentials of this type', action: LEFT_OUT })
  ) {
    return undefined;
  }
  const fields = fieldsOf(secret, FIELDS[label], problems);
  if (fields === undefined || !isUsable(label, fields, problems)) return undefined;
  reportUnknown(secret, FIELDS[label], problems);
  const { namespace, name } = secret.metadata;
  const { unique } = FIELDS[label];
  const uniqueValue = unique === undefined ? undefined : fields[unique];
  return {
    type: 'credential',
    secret: `${namespace}/${name}`,
    credentialType: label,
    entity: {
      ...fields,
      id: credentialId(`${namespace}/${name}`),
      tags: tagsOf('Secret', secret.metadata, problems),
    },
    ...(typeof uniqueValue === 'string' && { uniqueValue }),
  };
}

function isCredentialType(label: string): label is CredentialType {
  return Object.hasOwn(FIELDS, label);
}

function fieldsOf(
  { data }: SecretRecord,
  { required, optional }: CredentialFields,
  problems: ProblemList,
): JsonObject | undefined {
  const readers = Object.entries({
    ...Object.fromEntries(required.map((name) => [name, text])),
    ...optional,
  });
  const read = readers.flatMap(([name, readField]) => {
    const value = Object.hasOwn(data, name) ? data[name] : undefined;
    if (value === undefined || value === '') return [];
    return [[name, readField(value)] as const];
  });
  const given = new Set(read.map(([name]) => name));
  for (const name of required.filter((field) => !given.has(field))) {
    problems.error('CredentialInvalid', {
      field: dataField(name),
      message: 'is missing or empty',
      action: LEFT_OUT,
    });
  }
  for (const [name] of read.filter(([, value]) => value === undefined)) {
    problems.error('CredentialInvalid', {
      field: dataField(name),
      message: FORMS[name] ?? 'cannot be used',
      action: LEFT_OUT,
    });
  }
  const isWhole = required.every((name) => given.has(name)) && read.every(([, value]) => value !== undefined);
  return isWhole ? (Object.fromEntries(read) as JsonObject) : undefined;
}

const FORMS: Readonly<Record<string, string>> = {
  ttl: 'must be a whole number of seconds',
  hash_secret: 'must be true or false',
  algorithm: 'must be one of HS, RS, ES or PS with 256, 384 or 512, or EdDSA',
};

/** Rules between fields, as Kong has them. */
function isUsable(type: CredentialType, fields: JsonObject, problems: ProblemList): boolean {
  const { algorithm: used } = fields;
  const needsKey = type === 'jwt' && typeof used === 'string' && !used.startsWith('HS');
  if (!needsKey || fields['rsa_public_key'] !== undefined) return true;
  problems.error('CredentialInvalid', {
    field: dataField('rsa_public_key'),
    message: `is needed for the algorithm ${used}`,
    action: LEFT_OUT,
  });
  return false;
}

function reportUnknown(
  { data }: SecretRecord,
  { required, optional }: CredentialFields,
  problems: ProblemList,
): void {
  const known = new Set([...required, ...Object.keys(optional)]);
  for (const name of Object.keys(data).filter((key) => !known.has(key))) {
    problems.warning('CredentialFieldUnknown', {
      field: dataField(name),
      message: 'is no field of this type of credential',
      action: 'it is ignored',
    });
  }
}

function dataField(name: string): string {
  return `data[${JSON.stringify(name)}]`;
}

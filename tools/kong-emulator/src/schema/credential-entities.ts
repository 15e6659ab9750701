import { createPublicKey, randomBytes } from 'node:crypto';
import { type JsonRecord, textOf } from '../json.ts';
import {
  boolean,
  commonFields,
  type EntitySchema,
  foreign,
  integer,
  oneOf,
  required,
  setOf,
  string,
} from './entity.ts';
import { addEntityError, type Fields } from './field.ts';

const consumer = foreign('consumers', { required: true, cascade: true });

function publicKey(pem: string): string | undefined {
  try {
    createPublicKey(pem);
    return undefined;
  } catch {
    return 'invalid key';
  }
}

function credential(name: string, singular: string, key: string, fields: Fields): EntitySchema {
  return { name, singular, key, unique: [key], fields: { ...commonFields, consumer, ...fields } };
}

const orRandom = (field: string) => (entity: JsonRecord) => {
  entity[field] ??= randomBytes(24).toString('base64url');
};

export const keyauthCredentials: EntitySchema = {
  ...credential('keyauth_credentials', 'keyauth_credential', 'key', {
    key: string(),
    ttl: integer(0, 100_000_000),
  }),
  complete: orRandom('key'),
};

export const basicauthCredentials = credential('basicauth_credentials', 'basicauth_credential', 'username', {
  username: required(string()),
  password: required(string()),
});

export const hmacauthCredentials: EntitySchema = {
  ...credential('hmacauth_credentials', 'hmacauth_credential', 'username', {
    username: required(string()),
    secret: string(),
  }),
  complete: orRandom('secret'),
};

export const jwtSecrets: EntitySchema = {
  ...credential('jwt_secrets', 'jwt_secret', 'key', {
    key: string(),
    secret: string(),
    rsa_public_key: string(publicKey),
    algorithm: oneOf(
      [
        'HS256',
        'HS384',
        'HS512',
        'RS256',
        'RS384',
        'RS512',
        'ES256',
        'ES384',
        'ES512',
        'PS256',
        'PS384',
        'PS512',
        'EdDSA',
      ],
      'HS256',
    ),
  }),
  check: (entity, errors) => {
    if (!/^(RS|ES|PS|Ed)/.test(textOf(entity['algorithm']))) return;
    if (typeof entity['rsa_public_key'] === 'string' || errors['rsa_public_key'] !== undefined) return;
    errors['rsa_public_key'] = 'required field missing';
    addEntityError(errors, "failed conditional validation given value of field 'algorithm'");
  },
  complete: (entity) => {
    orRandom('key')(entity);
    orRandom('secret')(entity);
  },
};

export const acls: EntitySchema = {
  name: 'acls',
  singular: 'acl',
  unique: [],
  cacheKey: ['consumer', 'group'],
  fields: { ...commonFields, consumer, group: required(string()) },
};

export const oauth2Credentials: EntitySchema = {
  ...credential('oauth2_credentials', 'oauth2_credential', 'client_id', {
    name: required(string()),
    client_id: string(),
    client_secret: string(),
    hash_secret: boolean(false),
    redirect_uris: setOf(
      string((value) =>
        !URL.canParse(value)
          ? `cannot parse '${value}'`
          : value.includes('#')
            ? `fragment not allowed in '${value}'`
            : undefined,
      ),
    ),
    client_type: oneOf(['confidential', 'public'], 'confidential'),
  }),
  complete: (entity) => {
    orRandom('client_id')(entity);
    orRandom('client_secret')(entity);
  },
};

/** Of Kong Enterprise. */
export const mtlsAuthCredentials: EntitySchema = {
  name: 'mtls_auth_credentials',
  singular: 'mtls_auth_credential',
  unique: [],
  cacheKey: ['subject_name', 'ca_certificate'],
  fields: {
    ...commonFields,
    consumer,
    subject_name: required(string()),
    ca_certificate: foreign('ca_certificates'),
  },
};

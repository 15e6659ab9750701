import { randomBytes } from 'node:crypto';
import type { JsonRecord } from '../json.ts';
import {
  commonFields,
  type EntitySchema,
  foreign,
  oneOf,
  required,
  string,
  integer,
  updatedAt,
} from './entity.ts';
import { addEntityError, type Fields } from './field.ts';

const consumer = foreign('consumers', { required: true, cascade: true });

export const consumers: EntitySchema = {
  name: 'consumers',
  singular: 'consumer',
  key: 'username',
  unique: ['username', 'custom_id'],
  fields: { ...commonFields, updated_at: updatedAt, username: string(), custom_id: string() },
  check: (entity, errors) => {
    if (typeof entity['username'] === 'string' || typeof entity['custom_id'] === 'string') return;
    addEntityError(errors, "at least one of these fields must be non-empty: 'custom_id', 'username'");
  },
};

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
    rsa_public_key: string(),
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

import { isRecord, type JsonRecord } from '../json.ts';
import { commonFields, type EntitySchema, required, string, updatedAt } from './entity.ts';
import { type ErrorTree, type Fields } from './field.ts';
import type { NodeKind } from './node-kind.ts';
import { validateFields } from './validate.ts';

const OPEN = ['env'];
const ENTERPRISE = [...OPEN, 'aws', 'azure', 'conjur', 'gcp', 'hcv'];
const ENV_CONFIG: Fields = {
  prefix: string((value) => (/^[A-Za-z_-][\w-]*$/.test(value) ? undefined : `invalid value: ${value}`)),
};

/** Vaults: the open source edition has the one of environment variables alone. */
export function vaultsFor({ edition }: NodeKind): EntitySchema {
  const names = edition === 'enterprise' ? ENTERPRISE : OPEN;
  const prefix = string((value) =>
    names.includes(value)
      ? `must not be one of: ${names.join(', ')}`
      : /^[a-z][a-z0-9-]*[a-z0-9]$/.test(value)
        ? undefined
        : `invalid value: ${value}`,
  );
  return {
    name: 'vaults',
    singular: 'vault',
    key: 'prefix',
    unique: ['prefix'],
    fields: {
      ...commonFields,
      updated_at: updatedAt,
      prefix: required(prefix),
      name: required(string()),
      description: string(),
      config: { kind: 'any', default: {} },
    },
    check: (vault, errors) => {
      checkVault(vault, errors, names);
    },
  };
}

function checkVault(vault: JsonRecord, errors: ErrorTree, names: readonly string[]): void {
  const { name, config } = vault;
  if (typeof name !== 'string' || name === '') return;
  if (!names.includes(name)) errors['name'] = `vault '${name}' is not installed`;
  if (config === undefined || config === null) return;
  const wrong = !isRecord(config)
    ? 'expected a record'
    : name === 'env'
      ? validateFields(ENV_CONFIG, config)
      : undefined;
  if (wrong !== undefined) errors['config'] = wrong;
}

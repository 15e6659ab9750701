import {
  commonFields,
  entityName,
  type EntitySchema,
  foreign,
  required,
  string,
  updatedAt,
} from './entity.ts';
import { addEntityError } from './field.ts';

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

/** Groups of consumers, of Kong Enterprise. */
export const consumerGroups: EntitySchema = {
  name: 'consumer_groups',
  singular: 'consumer_group',
  key: 'name',
  unique: ['name'],
  fields: { ...commonFields, updated_at: updatedAt, name: required(entityName) },
};

/** Who belongs to which group. */
export const consumerGroupConsumers: EntitySchema = {
  name: 'consumer_group_consumers',
  singular: 'consumer_group_consumer',
  unique: [],
  cacheKey: ['consumer_group', 'consumer'],
  fields: {
    ...commonFields,
    updated_at: updatedAt,
    consumer_group: foreign('consumer_groups', { required: true, cascade: true }),
    consumer: foreign('consumers', { required: true, cascade: true }),
  },
};

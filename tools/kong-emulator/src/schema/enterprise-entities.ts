import { commonFields, type EntitySchema, foreign, required, string, updatedAt } from './entity.ts';

/** Licenses of Kong Enterprise. What their payload says is not looked at. */
export const licenses: EntitySchema = {
  name: 'licenses',
  singular: 'license',
  unique: ['payload'],
  fields: { ...commonFields, updated_at: updatedAt, payload: required(string()) },
};

/** The entities of the plugin degraphql: an example of those that a plugin brings with it. */
export const degraphqlRoutes: EntitySchema = {
  name: 'degraphql_routes',
  singular: 'degraphql_route',
  unique: [],
  fields: {
    ...commonFields,
    updated_at: updatedAt,
    service: foreign('services', { cascade: true }),
    methods: { kind: 'set', elements: string(), default: ['GET'] },
    uri: required(string()),
    query: required(string()),
  },
};

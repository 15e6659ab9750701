import type { RouterFlavor } from '../emulator.ts';
import { targets, upstreams } from './balancing-entities.ts';
import { caCertificates, certificates, snis } from './certificate-entities.ts';
import {
  acls,
  basicauthCredentials,
  consumers,
  hmacauthCredentials,
  jwtSecrets,
  keyauthCredentials,
} from './consumer-entities.ts';
import type { EntitySchema } from './entity.ts';
import { plugins } from './plugin-entity.ts';
import { routesFor } from './route-entity.ts';
import { services } from './service-entity.ts';

/** Entities of one type nested in another: `routes` in `services`, which then fill the field `service`. */
export interface Child {
  readonly schema: EntitySchema;
  /** The child's field that refers to the parent. */
  readonly field: string;
}

/** The entity types of a node. */
export interface DataModel {
  readonly types: ReadonlyMap<string, EntitySchema>;
  /** By parent type: what can be nested in it, by its plural name. */
  readonly children: ReadonlyMap<string, ReadonlyMap<string, Child>>;
}

/** The entity types that a node with this router knows. */
export function dataModel(flavor: RouterFlavor): DataModel {
  const schemas = [
    certificates,
    caCertificates,
    services,
    routesFor(flavor),
    consumers,
    upstreams,
    snis,
    targets,
    plugins,
    keyauthCredentials,
    basicauthCredentials,
    hmacauthCredentials,
    jwtSecrets,
    acls,
  ];
  const children = new Map<string, Map<string, Child>>();
  for (const schema of schemas) {
    for (const [field, definition] of Object.entries(schema.fields)) {
      if (definition.kind !== 'foreign') continue;
      const nested = children.get(definition.reference) ?? new Map<string, Child>();
      nested.set(schema.name, { schema, field });
      children.set(definition.reference, nested);
    }
  }
  return { types: new Map(schemas.map((schema) => [schema.name, schema])), children };
}

import { targets, upstreamsFor } from './balancing-entities.ts';
import { caCertificates, certificates, snis } from './certificate-entities.ts';
import { consumerGroupConsumers, consumerGroups, consumers } from './consumer-entities.ts';
import {
  acls,
  basicauthCredentials,
  hmacauthCredentials,
  jwtSecrets,
  keyauthCredentials,
  mtlsAuthCredentials,
  oauth2Credentials,
} from './credential-entities.ts';
import type { EntitySchema } from './entity.ts';
import { degraphqlRoutes, licenses } from './enterprise-entities.ts';
import type { NodeKind } from './node-kind.ts';
import { pluginsFor } from './plugin-entity.ts';
import { routesFor } from './route-entity.ts';
import { servicesFor } from './service-entity.ts';
import { vaultsFor } from './vault-entity.ts';

/** Entities of one type nested in another: `routes` in `services`, which then fill the field `service`. */
export interface Child {
  readonly schema: EntitySchema;
  /** The child's field that refers to the parent. */
  readonly field: string;
}

/** The entity types of a node. */
export interface DataModel {
  readonly kind: NodeKind;
  readonly types: ReadonlyMap<string, EntitySchema>;
  /** By parent type: what can be nested in it, by its plural name. */
  readonly children: ReadonlyMap<string, ReadonlyMap<string, Child>>;
}

/** The entity types that a node of this kind knows. */
export function dataModel(kind: NodeKind): DataModel {
  const isEnterprise = kind.edition === 'enterprise';
  const schemas = [
    certificates,
    caCertificates,
    servicesFor(kind),
    routesFor(kind),
    consumers,
    ...(isEnterprise ? [consumerGroups, consumerGroupConsumers] : []),
    upstreamsFor(kind),
    snis,
    targets,
    pluginsFor(kind),
    vaultsFor(kind),
    keyauthCredentials,
    basicauthCredentials,
    hmacauthCredentials,
    jwtSecrets,
    oauth2Credentials,
    acls,
    ...(isEnterprise ? [mtlsAuthCredentials, licenses, degraphqlRoutes] : []),
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
  return { kind, types: new Map(schemas.map((schema) => [schema.name, schema])), children };
}

import type { AssemblyResult } from './assembly-result.ts';
import { canonicalJson } from './canonical-json.ts';
import { compareCodeUnits } from './code-unit-order.ts';
import type { KongConfiguration } from './entities.ts';
import type { Payload } from './payload.ts';
import { revisionMarker } from './revision-marker.ts';
import { SegmentWriter } from './segment-writer.ts';

/**
 * Encodes a configuration as the bytes that go to Kong: canonical JSON, entity by entity, packed into segments. The
 * same configuration gives the same bytes. An empty one has one entity too: see {@link revisionMarker}, which ends
 * every payload, in a segment of its own.
 *
 * @throws SilverbackError `ValueNotEncodable` if an entity holds what is not JSON
 */
export function encodePayload(assembly: Pick<AssemblyResult, 'configuration' | 'owners'>): Payload {
  const { configuration, owners } = assembly;
  const { upstreams } = configuration;
  const writer = new SegmentWriter();
  writer.write('{"_format_version":"3.0"');
  for (const [name, entities] of collectionsOf(configuration)) writeArray(writer, name, entities);
  writer.write(',"upstreams":[');
  for (const upstream of upstreams) writer.write(`${canonicalJson(upstream)},`);
  writer.write(`${canonicalJson(revisionMarker(writer.digest()))}]}`);
  const hash = writer.digest().toString('hex');
  return {
    hash,
    byteLength: writer.byteLength,
    segments: writer.segments,
    counts: countsOf(configuration),
    ownerOf: (entityId) => owners.get(entityId),
  };
}

/** All but the upstreams, sorted by name. */
function collectionsOf(configuration: KongConfiguration): readonly (readonly [string, readonly object[]])[] {
  const { custom_entities: custom = {}, ...rest } = configuration;
  const collections: Record<string, readonly object[]> = { ...custom, ...rest };
  return Object.entries(collections)
    .filter(([name]) => name !== 'upstreams')
    .sort(([a], [b]) => compareCodeUnits(a, b));
}

function writeArray(writer: SegmentWriter, name: string, entities: readonly object[]): void {
  if (entities.length === 0) return;
  writer.write(`,"${name}":[`);
  entities.forEach((entity, index) => {
    writer.write((index === 0 ? '' : ',') + canonicalJson(entity));
  });
  writer.write(']');
}

function countsOf(configuration: KongConfiguration): Payload['counts'] {
  const { services, upstreams } = configuration;
  const collections = [...collectionsOf(configuration).map(([, entities]) => entities), upstreams];
  const entities = collections.reduce((sum, some) => sum + countAll(some), 0);
  const nested = services.reduce((sum, { routes = [] }) => sum + routes.length, 0);
  return { entities, routes: (configuration.routes?.length ?? 0) + nested };
}

/** Entities, with all that is nested in them. */
function countAll(entities: readonly object[]): number {
  return entities.reduce((sum, entity) => {
    const nested = Object.entries(entity).filter(([field]) => NESTED.has(field));
    return nested.reduce((count, [, some]) => count + countAll(some as object[]), sum + 1);
  }, 0);
}

/** Fields that hold entities. */
const NESTED: ReadonlySet<string> = new Set([
  'acls',
  'basicauth_credentials',
  'hmacauth_credentials',
  'jwt_secrets',
  'keyauth_credentials',
  'mtls_auth_credentials',
  'oauth2_credentials',
  'plugins',
  'routes',
  'snis',
  'targets',
]);

import type { AssemblyResult } from './assembly-result.ts';
import { canonicalJson } from './canonical-json.ts';
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
  const { ca_certificates: authorities = [], certificates, routes = [], services, upstreams } = configuration;
  const writer = new SegmentWriter();
  writer.write('{"_format_version":"3.0"');
  writeArray(writer, 'ca_certificates', authorities);
  writeArray(writer, 'certificates', certificates);
  writeArray(writer, 'routes', routes);
  writeArray(writer, 'services', services);
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

function writeArray(writer: SegmentWriter, name: string, entities: readonly object[]): void {
  if (entities.length === 0) return;
  writer.write(`,"${name}":[`);
  entities.forEach((entity, index) => {
    writer.write((index === 0 ? '' : ',') + canonicalJson(entity));
  });
  writer.write(']');
}

function countsOf(configuration: KongConfiguration): Payload['counts'] {
  const { ca_certificates: authorities = [], certificates, services, upstreams } = configuration;
  const routes = [...(configuration.routes ?? []), ...services.flatMap((service) => service.routes ?? [])];
  const nested = [
    ...certificates.map(({ snis }) => snis),
    ...services.map(({ plugins }) => plugins),
    ...routes.map(({ plugins }) => plugins),
    ...upstreams.map(({ targets }) => targets),
  ];
  const entities = nested.reduce(
    (sum, entities) => sum + (entities?.length ?? 0),
    authorities.length + certificates.length + services.length + routes.length + upstreams.length,
  );
  return { entities, routes: routes.length };
}

import type { UpstreamEntity } from './entities.ts';
import { targetId, upstreamId } from './ids.ts';

/** Name of the upstream that ends every payload. Upstreams of Services have a dot in their names, so none is equal. */
export const REVISION_MARKER = 'silverback-revision';

/**
 * The upstream that ends every payload. It serves two ends. Kong takes a configuration without any entity for none at
 * all and never becomes ready, so there has to be one. And its target says which revision a worker of Kong has really
 * put in place: `GET /upstreams/silverback-revision/health` shows it.
 *
 * The target is an IPv6 address in the local range fd00::/8, for which Kong asks no DNS, in the form to which Kong
 * itself brings addresses. No service names the upstream, so nothing is ever sent there.
 *
 * @param revision - at least 15 bytes, as the MD5 of everything that stands before the marker
 */
export function revisionMarker(revision: Uint8Array): UpstreamEntity {
  const digits = `fd${Buffer.from(revision.subarray(0, 15)).toString('hex')}`;
  const target = `[${digits.replaceAll(/(.{4})(?!$)/g, '$1:')}]:1`;
  return {
    id: upstreamId(REVISION_MARKER),
    name: REVISION_MARKER,
    targets: [{ id: targetId(REVISION_MARKER, target), target }],
  };
}

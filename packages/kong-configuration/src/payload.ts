import type { RootKey } from './fragment.ts';

/**
 * The canonical bytes of a configuration. Two payloads with the same `hash` are the same bytes.
 */
export interface Payload {
  /** MD5 of all bytes as lower-case hex: what Kong reports as `configuration_hash` when it holds them (sent as text/yaml). */
  readonly hash: string;
  readonly byteLength: number;
  /** The bytes in order, in immutable pieces of about 64 KiB. */
  readonly segments: readonly Uint8Array[];
  /** Nested entities count too. The marker, which ends every payload and comes from no resource, does not. */
  readonly counts: { readonly entities: number; readonly routes: number };
  /** The root resource that an entity of this payload comes from; undefined for an id that it does not hold. */
  ownerOf(entityId: string): RootKey | undefined;
}

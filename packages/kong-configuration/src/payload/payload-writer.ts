import { compareCodeUnits } from '../code-unit-order.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { RootKey } from '../fragment.ts';
import type { Payload } from '../payload.ts';
import { revisionMarker } from '../revision-marker.ts';
import { rememberBuckets } from './changed-rows.ts';
import type { Bucket } from './bucket.ts';
import { indexRoots } from './entity-index.ts';
import { RollingHash } from './rolling-hash.ts';
import { Section, type RowChanges } from './section.ts';

const UPSTREAMS = 'upstreams';

/**
 * Keeps the bytes of a configuration up to date with its rows. The bytes depend on the rows alone; what did not change
 * is shared with the payload before.
 */
export class PayloadWriter {
  readonly #sections = new Map<string, Section>();
  readonly #hash = new RollingHash();

  /**
   * Puts changes into effect.
   *
   * @param changes - by collection
   * @returns the payload, in steps of about a segment
   */
  *write(changes: ReadonlyMap<string, RowChanges>): Generator<undefined, Payload, undefined> {
    for (const [name, rows] of changes) {
      if (rows.size === 0) continue;
      const section = this.#sections.get(name) ?? new Section();
      this.#sections.set(name, section);
      yield* section.apply(rows);
      if (section.isEmpty) this.#sections.delete(name);
    }
    const byCollection = this.#inOrder();
    const buckets = [...byCollection.values()].flat();
    const segments = buckets.flatMap((bucket) => bucket.segments);
    const state = yield* this.#hash.after(segments);
    const opening = this.#sections.has(UPSTREAMS) ? ',' : openingOf(UPSTREAMS, buckets.length === 0);
    const end = Buffer.from(`${opening}${canonicalJson(revisionMarker(state.copy().digest()))}]}`);
    const payload = payloadOf(state.copy().update(end).digest('hex'), [...segments, end], buckets);
    rememberBuckets(payload, byCollection);
    return payload;
  }

  /** All buckets by collection; the upstreams are last, because the marker stands among them. */
  #inOrder(): ReadonlyMap<string, readonly Bucket[]> {
    const names = [...this.#sections.keys()].sort(
      (a, b) => Number(a === UPSTREAMS) - Number(b === UPSTREAMS) || compareCodeUnits(a, b),
    );
    return new Map(
      names.map((name, index) => [
        name,
        this.#sections.get(name)?.buckets(openingOf(name, index === 0)) ?? [],
      ]),
    );
  }
}

function openingOf(name: string, isFirst: boolean): string {
  return `${isFirst ? '{"_format_version":"3.0",' : '],'}${JSON.stringify(name)}:[`;
}

function payloadOf(hash: string, segments: readonly Uint8Array[], buckets: readonly Bucket[]): Payload {
  let roots: ReadonlyMap<string, RootKey> | undefined;
  return {
    hash,
    byteLength: segments.reduce((sum, { length }) => sum + length, 0),
    segments,
    counts: {
      entities: buckets.reduce((sum, { entities }) => sum + entities, 0),
      routes: buckets.reduce((sum, { routes }) => sum + routes, 0),
    },
    ownerOf: (entityId) => {
      roots ??= indexRoots(buckets);
      return roots.get(entityId);
    },
  };
}

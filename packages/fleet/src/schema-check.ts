import type { Clock } from '@silverback/clock';
import { isSilverbackError } from '@silverback/errors';
import type { FanOut } from '@silverback/fan-out';
import type { Fragment, FragmentPart, RootKey } from '@silverback/kong-configuration';
import type { Composition } from './composition.ts';
import { newestIfOther } from './refused-roots.ts';
import { refusedHash, type QuarantineEntry } from './quarantine.ts';

/** How many entities a proxy is asked about at most, and for how long, in ms. */
const MOST_ENTITIES = 200;
const MOST_MS = 10_000;

/** Entities as `POST /schemas/<type>/validate` takes them. */
interface Checkable {
  readonly type: string;
  readonly entity: object;
}

/** What is asked, and of whom. */
export interface SchemaCheck {
  readonly clock: Clock;
  readonly fanOut: Pick<FanOut, 'checkEntity'>;
  /** The key of the proxy that refused the composition. */
  readonly proxy: string;
}

/**
 * Asks the proxy that refused a composition without naming anything which of the changed entities are not as their schemas
 * demand. An answer that does not come, in time or at all, says nothing.
 *
 * @param changed - the roots that have changed since the last acceptance
 * @returns an entry for each root that Kong finds fault with
 */
export async function checkSchemas(
  { clock, fanOut, proxy }: SchemaCheck,
  composition: Composition,
  changed: readonly RootKey[],
): Promise<QuarantineEntry[]> {
  const tooLate = new AbortController();
  const cancel = clock.schedule(MOST_MS, () => {
    tooLate.abort();
  });
  const found = new Map<RootKey, QuarantineEntry>();
  try {
    for (const { fragment, type, entity } of entitiesOf(composition, changed)) {
      if (found.has(fragment.root)) continue;
      const reason = await fanOut.checkEntity(proxy, type, entity, tooLate.signal);
      if (reason === undefined) continue;
      const { root } = fragment;
      found.set(root, {
        root,
        fragmentHash: refusedHash(fragment, false),
        ...newestIfOther(fragment, composition),
        reason,
        payloadHash: composition.payload.hash,
      });
    }
  } catch (error) {
    if (!isSilverbackError(error)) throw error;
  } finally {
    cancel();
  }
  return [...found.values()];
}

function entitiesOf({ fragments }: Composition, changed: readonly RootKey[]) {
  return changed
    .flatMap((root) => fragments.get(root) ?? [])
    .flatMap((fragment: Fragment) =>
      fragment.parts.flatMap(checkable).map((entity) => ({ fragment, ...entity })),
    )
    .slice(0, MOST_ENTITIES);
}

/** Entities that can be looked at by themselves: those that need another one to be valid are left to the search. */
function checkable(part: FragmentPart): readonly Checkable[] {
  switch (part.type) {
    case 'service': {
      const { client_certificate: id, ...service } = part.entity;
      const entity = { ...service, ...(id !== undefined && { client_certificate: { id } }) };
      return [
        { type: 'services', entity },
        ...(part.upstream ? [{ type: 'upstreams', entity: { ...part.upstream, targets: undefined } }] : []),
      ];
    }
    case 'route':
      return part.expression === undefined ? [{ type: 'routes', entity: part.entity }] : [];
    case 'plugin':
      return [{ type: 'plugins', entity: part.definition }];
    case 'certificate':
      return [{ type: 'certificates', entity: part.entity }];
    case 'ca-certificate':
      return [{ type: 'ca_certificates', entity: part.entity }];
    case 'consumer':
      return [{ type: 'consumers', entity: part.entity }];
    case 'consumer-group':
      return [{ type: 'consumer_groups', entity: part.entity }];
    case 'vault':
      return [{ type: 'vaults', entity: part.entity }];
    default:
      return [];
  }
}

import { describeResource } from '@silverback/errors';
import { isRecord } from '../canonical-json.ts';
import { compareCodeUnits } from '../code-unit-order.ts';
import type { CredentialCollection } from '../collections.ts';
import type { CredentialEntity, CredentialType, JsonValue } from '../entities.ts';
import type { ConsumerPart, CredentialPart, RootKey, RootReference } from '../fragment.ts';
import { sharedCredentialId } from '../ids.ts';
import { consumerName } from './consumers.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';

const COLLECTIONS: Readonly<Record<CredentialType, CredentialCollection>> = {
  acl: 'acls',
  'basic-auth': 'basicauth_credentials',
  'hmac-auth': 'hmacauth_credentials',
  jwt: 'jwt_secrets',
  'key-auth': 'keyauth_credentials',
  'mtls-auth': 'mtls_auth_credentials',
  oauth2: 'oauth2_credentials',
};

const LEFT_OUT = 'the consumer is served without this credential';

/** A credential in the hands of a consumer. */
export interface Grant {
  readonly entity: CredentialEntity;
  readonly credential: Claimant<CredentialPart>;
}

/**
 * The credentials that consumers ask for. What is unique to a credential, such as a key, belongs to the first consumer
 * that asks for it; others go without it, and keep the rest.
 */
export class CredentialGrants {
  readonly #bySecret = new Map<RootKey, Claimant<CredentialPart>>();
  readonly #holders = new Map<string, Claimant<ConsumerPart>>();
  readonly #authorities: ReadonlySet<string>;
  readonly #findings: Findings;

  /** @param authorities - IDs of the CA certificates that there are */
  constructor(
    claimants: readonly Claimant<CredentialPart>[],
    authorities: ReadonlySet<string>,
    findings: Findings,
  ) {
    for (const claimant of claimants) {
      const root = secretOf(claimant);
      if (!this.#bySecret.has(root)) this.#bySecret.set(root, claimant);
    }
    this.#authorities = authorities;
    this.#findings = findings;
  }

  /** Gives a consumer what it asks for and nobody has. To be called in the order of precedence. */
  grant(consumer: Claimant<ConsumerPart>): readonly Grant[] {
    const wishes = wishesOf(consumer, (root) => this.#bySecret.get(root));
    return grantsOf(
      consumer,
      wishes,
      (slot) => this.#claim(slot, consumer),
      this.#authorities,
      this.#findings,
    );
  }

  /** Who has a slot already. */
  #claim(slot: string, consumer: Claimant<ConsumerPart>): Claimant<ConsumerPart> | undefined {
    const holder = this.#holders.get(slot);
    if (holder === undefined) this.#holders.set(slot, consumer);
    return holder;
  }
}

/** A credential that a consumer asks for. */
export interface Wish {
  readonly reference: RootReference;
  /** Absent if the Secret gives none. */
  readonly credential?: Claimant<CredentialPart>;
  /** What no other credential may share; absent where nothing need be unique. */
  readonly slot?: string;
}

/** The root that gives a credential. */
export function secretOf({ part }: Claimant<CredentialPart>): RootKey {
  return `Secret/${part.secret}`;
}

/** What a consumer asks for, each credential once. */
export function wishesOf(
  { part }: Claimant<ConsumerPart>,
  bySecret: (root: RootKey) => Claimant<CredentialPart> | undefined,
): readonly Wish[] {
  const seen = new Set<Claimant<CredentialPart>>();
  return part.credentials.flatMap((reference): readonly Wish[] => {
    const credential = bySecret(reference.root);
    if (credential === undefined) return [{ reference }];
    if (seen.has(credential)) return [];
    seen.add(credential);
    const { credentialType, uniqueValue } = credential.part;
    if (uniqueValue === undefined) return [{ reference, credential }];
    return [{ reference, credential, slot: `${credentialType}\0${uniqueValue}` }];
  });
}

/**
 * What of its wishes a consumer gets. The rest is reported.
 *
 * @param holderOf - who has a slot, if it is somebody else or another wish
 * @param authorities - IDs of the CA certificates that there are
 */
export function grantsOf(
  consumer: Claimant<ConsumerPart>,
  wishes: readonly Wish[],
  holderOf: (slot: string, wish: Wish) => Claimant<ConsumerPart> | undefined,
  authorities: ReadonlySet<string>,
  findings: Findings,
): readonly Grant[] {
  return wishes.flatMap((wish): readonly Grant[] => {
    const { reference, credential, slot } = wish;
    if (credential === undefined) {
      reportNotProgrammed(consumer, reference, `${reference.root} gives no credential`, findings);
      return [];
    }
    const holder = slot === undefined ? undefined : holderOf(slot, wish);
    if (holder !== undefined) {
      reportTaken(consumer, { reference, credential }, holder, findings);
      return [];
    }
    const { entity, uniqueValue } = credential.part;
    const id = uniqueValue === undefined ? sharedCredentialId(entity.id, consumer.part.entity.id) : entity.id;
    const authority = idIn(entity['ca_certificate']);
    if (authority === undefined) return [{ entity: { ...entity, id }, credential }];
    if (authorities.has(authority)) {
      return [{ entity: { ...entity, id, ca_certificate: authority }, credential }];
    }
    const message = `the CA certificate ${authority} that ${reference.root} names is not programmed`;
    reportNotProgrammed(consumer, reference, message, findings);
    return [];
  });
}

function reportTaken(
  consumer: Claimant<ConsumerPart>,
  {
    reference,
    credential,
  }: { readonly reference: RootReference; readonly credential: Claimant<CredentialPart> },
  holder: Claimant<ConsumerPart>,
  findings: Findings,
): void {
  const taken = {
    entity: consumerName(consumer.part.entity),
    message: `${describeResource(holder.fragment.resource)} already has this ${credential.part.credentialType} credential, or one that Kong cannot tell from it`,
    action: LEFT_OUT,
  };
  findings.report(consumer.fragment, 'CredentialTaken', { field: reference.field, ...taken });
  findings.report(credential.fragment, 'CredentialTaken', taken);
}

function reportNotProgrammed(
  { part, fragment }: Claimant<ConsumerPart>,
  { field }: RootReference,
  message: string,
  findings: Findings,
): void {
  const entity = consumerName(part.entity);
  findings.report(fragment, 'CredentialNotProgrammed', { field, entity, message, action: LEFT_OUT });
}

/** A reference is written as the ID, or as an object that holds it. */
function idIn(reference: JsonValue | undefined): string | undefined {
  if (typeof reference === 'string') return reference;
  const id = isRecord(reference) ? reference['id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

/**
 * Credentials as they are nested in their consumer, sorted by ID. Of two `acls` with one group the first is enough:
 * Kong refuses the second.
 */
export function nestCredentials(
  grants: readonly Grant[],
): Partial<Record<CredentialCollection, readonly CredentialEntity[]>> {
  const sorted = grants.toSorted((a, b) => compareCodeUnits(a.entity.id, b.entity.id));
  const groups = new Set<unknown>();
  const unique = sorted.filter(({ entity, credential }) => {
    if (credential.part.credentialType !== 'acl') return true;
    return groups.size < groups.add(entity['group']).size;
  });
  const byCollection = Map.groupBy(unique, ({ credential }) => COLLECTIONS[credential.part.credentialType]);
  return Object.fromEntries(
    [...byCollection].map(([collection, some]) => [collection, some.map(({ entity }) => entity)]),
  );
}

import { describeResource } from '@silverback/errors';
import { isRecord } from '../canonical-json.ts';
import { compareCodeUnits } from '../code-unit-order.ts';
import type { CredentialCollection, CredentialEntity, CredentialType, JsonValue } from '../entities.ts';
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
      const root = `Secret/${claimant.part.secret}`;
      if (!this.#bySecret.has(root)) this.#bySecret.set(root, claimant);
    }
    this.#authorities = authorities;
    this.#findings = findings;
  }

  /** Gives a consumer what it asks for and nobody has. To be called in the order of precedence. */
  grant(consumer: Claimant<ConsumerPart>): readonly Grant[] {
    const grants = new Map<Claimant<CredentialPart>, Grant>();
    for (const reference of consumer.part.credentials) {
      const credential = this.#bySecret.get(reference.root);
      if (credential === undefined) {
        this.#reportMissing(consumer, reference, `${reference.root} gives no credential`);
      } else if (!grants.has(credential) && this.#claim(consumer, credential, reference)) {
        const entity = this.#entityFor(consumer, credential, reference);
        if (entity !== undefined) grants.set(credential, { entity, credential });
      }
    }
    return [...grants.values()];
  }

  #claim(
    consumer: Claimant<ConsumerPart>,
    credential: Claimant<CredentialPart>,
    { field }: RootReference,
  ): boolean {
    const { credentialType, uniqueValue } = credential.part;
    if (uniqueValue === undefined) return true;
    const slot = `${credentialType}\0${uniqueValue}`;
    const holder = this.#holders.get(slot);
    if (holder === undefined) {
      this.#holders.set(slot, consumer);
      return true;
    }
    const taken = {
      entity: consumerName(consumer.part.entity),
      message: `${describeResource(holder.fragment.resource)} already has this ${credentialType} credential, or one that Kong cannot tell from it`,
      action: LEFT_OUT,
    };
    this.#findings.report(consumer.fragment, 'CredentialTaken', { field, ...taken });
    this.#findings.report(credential.fragment, 'CredentialTaken', taken);
    return false;
  }

  #entityFor(
    consumer: Claimant<ConsumerPart>,
    { part }: Claimant<CredentialPart>,
    reference: RootReference,
  ): CredentialEntity | undefined {
    const { entity, uniqueValue } = part;
    const id = uniqueValue === undefined ? sharedCredentialId(entity.id, consumer.part.entity.id) : entity.id;
    const authority = idIn(entity['ca_certificate']);
    if (authority === undefined) return { ...entity, id };
    if (this.#authorities.has(authority)) return { ...entity, id, ca_certificate: authority };
    const message = `the CA certificate ${authority} that ${reference.root} names is not programmed`;
    this.#reportMissing(consumer, reference, message);
    return undefined;
  }

  #reportMissing(
    { part, fragment }: Claimant<ConsumerPart>,
    { field }: RootReference,
    message: string,
  ): void {
    const entity = consumerName(part.entity);
    this.#findings.report(fragment, 'CredentialNotProgrammed', { field, entity, message, action: LEFT_OUT });
  }
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

import { describeResource } from '@silverback/errors';
import { compareCodeUnits } from '../code-unit-order.ts';
import type { CaCertificateEntity } from '../entities.ts';
import type { CaCertificatePart, RootKey } from '../fragment.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';
import { Slots } from './slots.ts';

/** The CA certificates of a configuration. */
export interface Authorities {
  /** Sorted by id. */
  readonly entities: readonly CaCertificateEntity[];
  /** Root → id of its CA certificate. */
  readonly idOf: ReadonlyMap<RootKey, string>;
}

/**
 * Decides which CA certificates there are: the first of each id. Who gives another certificate the same id gives none,
 * because a Service that asks for it would trust a different authority.
 *
 * @param owners - takes the ids with their roots
 */
export function selectAuthorities(
  claimants: readonly Claimant<CaCertificatePart>[],
  owners: Map<string, RootKey>,
  findings: Findings,
): Authorities {
  const slots = new Slots<CaCertificatePart>();
  const idOf = new Map<RootKey, string>();
  const entities: CaCertificateEntity[] = [];
  for (const claimant of claimants) {
    const { part, fragment } = claimant;
    const { id, cert } = part.entity;
    const winner = slots.claim(id, claimant);
    if (winner === claimant) {
      entities.push(part.entity);
      owners.set(id, fragment.root);
    }
    if (winner.part.entity.cert === cert) idOf.set(fragment.root, id);
    else {
      findings.report(fragment, 'CertificateIdTaken', {
        entity: id,
        message: `another CA certificate of ${describeResource(winner.fragment.resource)} has the same ID`,
        action: 'this CA certificate is left out, with every Service that needs it',
      });
    }
  }
  return { entities: entities.sort((a, b) => compareCodeUnits(a.id, b.id)), idOf };
}

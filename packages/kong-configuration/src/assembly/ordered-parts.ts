import { compareCodeUnits } from '../code-unit-order.ts';
import type {
  CaCertificatePart,
  CertificatePart,
  Fragment,
  FragmentPart,
  PluginPart,
  RoutePart,
  ServicePart,
  SniPart,
} from '../fragment.ts';
import { comparePrecedence } from '../precedence.ts';

/** A part with the fragment that bids with it. */
export interface Claimant<Part extends FragmentPart> {
  readonly part: Part;
  readonly fragment: Fragment;
}

/** All parts by type, each list in the order in which they win. */
export interface OrderedParts {
  readonly services: readonly Claimant<ServicePart>[];
  readonly routes: readonly Claimant<RoutePart>[];
  readonly plugins: readonly Claimant<PluginPart>[];
  readonly certificates: readonly Claimant<CertificatePart>[];
  readonly snis: readonly Claimant<SniPart>[];
  readonly authorities: readonly Claimant<CaCertificatePart>[];
}

/** Sorts fragments by precedence. Root and hash decide the rest, so that the order in which they came never does. */
export function orderFragments(fragments: Iterable<Fragment>): readonly Fragment[] {
  return [...fragments].sort(
    (a, b) =>
      comparePrecedence(a.precedence, b.precedence) ||
      compareCodeUnits(a.root, b.root) ||
      compareCodeUnits(a.hash, b.hash),
  );
}

/** Lists the parts of ordered fragments by type; within a fragment they keep their order. */
export function orderedParts(fragments: readonly Fragment[]): OrderedParts {
  const services: Claimant<ServicePart>[] = [];
  const routes: Claimant<RoutePart>[] = [];
  const plugins: Claimant<PluginPart>[] = [];
  const certificates: Claimant<CertificatePart>[] = [];
  const snis: Claimant<SniPart>[] = [];
  const authorities: Claimant<CaCertificatePart>[] = [];
  for (const fragment of fragments) {
    for (const part of fragment.parts) {
      if (part.type === 'service') services.push({ part, fragment });
      else if (part.type === 'route') routes.push({ part, fragment });
      else if (part.type === 'plugin') plugins.push({ part, fragment });
      else if (part.type === 'certificate') certificates.push({ part, fragment });
      else if (part.type === 'sni') snis.push({ part, fragment });
      else if (part.type === 'ca-certificate') authorities.push({ part, fragment });
    }
  }
  return { services, routes, plugins, certificates, snis, authorities };
}

import { selectAuthorities, type Authorities } from '../assembly/authorities.ts';
import { certificatesBySecret, selectCertificates } from '../assembly/certificates.ts';
import { selectCustomEntities, type CustomEntitySources } from '../assembly/custom-entities.ts';
import { selectGlobalPlugins, selectLicense, selectVaults } from '../assembly/extensions.ts';
import { Findings } from '../assembly/findings.ts';
import { compareClaimants, type Claimant, type PartOf } from '../assembly/ordered-parts.ts';
import type { CertificateSources } from '../assembly/service-certificates.ts';
import type { FragmentPart, RootKey } from '../fragment.ts';
import type { FindingsLedger } from './findings-ledger.ts';
import type { Definition, PluginUses } from './plugin-uses.ts';

/** The types of which a configuration has so few that all of a type are looked at again when one changes. */
const TYPES = [
  'ca-certificate',
  'certificate',
  'custom-entity',
  'global-plugin',
  'license',
  'sni',
  'vault',
] as const;

type FewType = (typeof TYPES)[number];

/** What stands in the rows of one collection, by key. */
export type RowEntities = ReadonlyMap<
  string,
  { readonly entity: object; readonly owners: ReadonlyMap<string, RootKey> }
>;

/** The parts of types of which there are few. */
export class FewParts {
  /** By type, then by root and position. */
  readonly #claimants = new Map<string, Map<string, Claimant<FragmentPart>>>(
    TYPES.map((type) => [type, new Map()]),
  );
  readonly #dirty = new Set<FewType>();
  readonly #uses: PluginUses;
  readonly #ledger: FindingsLedger;
  #certificates: CertificateSources = { bySecret: new Map(), authorities: { entities: [], idOf: new Map() } };

  constructor(uses: PluginUses, ledger: FindingsLedger) {
    this.#uses = uses;
    this.#ledger = ledger;
  }

  /** The certificates that services can ask for. */
  get certificates(): CertificateSources {
    return this.#certificates;
  }

  get authorities(): Authorities {
    return this.#certificates.authorities;
  }

  add(claimant: Claimant<FragmentPart>): void {
    const { type } = claimant.part;
    if (!isFew(type)) return;
    this.#claimants.get(type)?.set(placeOf(claimant), claimant);
    this.#dirty.add(type);
  }

  remove(claimant: Claimant<FragmentPart>): void {
    const { type } = claimant.part;
    if (!isFew(type)) return;
    this.#claimants.get(type)?.delete(placeOf(claimant));
    this.#dirty.add(type);
  }

  /** Lets a type be looked at again, if there are any. */
  reconsider(type: FewType): void {
    if ((this.#claimants.get(type)?.size ?? 0) > 0) this.#dirty.add(type);
  }

  /** To be called when services show other certificates to upstreams. */
  reconsiderShown(): void {
    this.#dirty.add('sni');
  }

  /** Whether a type has to be looked at. It does not have to any more afterwards. */
  takeDirty(type: FewType): boolean {
    return this.#dirty.delete(type);
  }

  /** @returns the CA certificates, if there may be others than before */
  settleAuthorities(): RowEntities | undefined {
    if (!this.takeDirty('ca-certificate')) return undefined;
    const owners = new Map<string, RootKey>();
    const findings = new Findings();
    const authorities = selectAuthorities(this.#of('ca-certificate'), owners, findings);
    this.#certificates = { ...this.#certificates, authorities };
    this.#ledger.put('ca-certificates', findings);
    return rowsOf(authorities.entities, ({ id }) => id, owners);
  }

  /** @returns whether Secrets may give other certificates than before */
  settleSecrets(): boolean {
    if (!this.takeDirty('certificate')) return false;
    const findings = new Findings();
    const bySecret = certificatesBySecret(this.#of('certificate'), findings);
    this.#certificates = { ...this.#certificates, bySecret };
    this.#ledger.put('certificates', findings);
    this.#dirty.add('sni');
    return true;
  }

  /** @param shown - IDs of the certificates that services show to upstreams */
  selectCertificates(shown: Iterable<string>): RowEntities {
    const owners = new Map<string, RootKey>();
    const findings = new Findings();
    const { bySecret } = this.#certificates;
    const entities = selectCertificates(this.#of('sni'), bySecret, shown, owners, findings);
    this.#ledger.put('snis', findings);
    return rowsOf(entities, ({ id }) => id, owners);
  }

  selectVaults(): RowEntities {
    const owners = new Map<string, RootKey>();
    const findings = new Findings();
    const vaults = selectVaults(this.#of('vault'), owners, findings);
    this.#ledger.put('vaults', findings);
    return rowsOf(vaults, ({ prefix }) => prefix, owners);
  }

  selectLicense(): RowEntities {
    const owners = new Map<string, RootKey>();
    const findings = new Findings();
    const licenses = selectLicense(this.#of('license'), owners, findings);
    this.#ledger.put('licenses', findings);
    return rowsOf(licenses, ({ id }) => id, owners);
  }

  selectGlobalPlugins(): readonly Definition[] {
    const findings = new Findings();
    const definitions = selectGlobalPlugins(this.#of('global-plugin'), this.#finder(findings), findings);
    this.#ledger.put('global-plugins', findings);
    return definitions;
  }

  /** @returns by collection */
  selectCustomEntities(consumersOf: CustomEntitySources['consumersOf']): ReadonlyMap<string, RowEntities> {
    const owners = new Map<string, RootKey>();
    const findings = new Findings();
    const sources = { references: this.#finder(findings), scopes: this.#uses, consumersOf };
    const byType = selectCustomEntities(this.#of('custom-entity'), sources, owners, findings);
    this.#ledger.put('custom-entities', findings);
    return new Map(
      Object.entries(byType).map(([type, entities]) => [type, rowsOf(entities, ({ id }) => id, owners)]),
    );
  }

  #of<Type extends FewType>(type: Type): readonly Claimant<PartOf<Type>>[] {
    const claimants = [...(this.#claimants.get(type)?.values() ?? [])] as Claimant<PartOf<Type>>[];
    return claimants.sort(compareClaimants);
  }

  #finder(findings: Findings) {
    return {
      find: (...[references, asker]: Parameters<CustomEntitySources['references']['find']>) =>
        this.#uses.find(references, () => asker, findings),
    };
  }
}

function placeOf({ fragment, position }: Claimant<FragmentPart>): string {
  return `${fragment.root} ${String(position)}`;
}

function isFew(type: FragmentPart['type']): type is FewType {
  return (TYPES as readonly string[]).includes(type);
}

function rowsOf<Entity extends object>(
  entities: readonly Entity[],
  keyOf: (entity: Entity) => string,
  owners: ReadonlyMap<string, RootKey>,
): RowEntities {
  return new Map(entities.map((entity) => [keyOf(entity), { entity, owners }]));
}

import { Findings } from '../assembly/findings.ts';
import { compareClaimants, type Claimant } from '../assembly/ordered-parts.ts';
import { hasRepeated } from '../assembly/plugin-references.ts';
import { withCertificates, type CertificateSources } from '../assembly/service-certificates.ts';
import { isHostOfAnother, reportServiceName, serviceAsker, sharesUpstream } from '../assembly/services.ts';
import type { ServiceEntity } from '../entities.ts';
import type { Fragment, ServicePart } from '../fragment.ts';
import type { PluginScope } from '../ids.ts';
import { Contest } from './contest.ts';
import type { FindingsLedger } from './findings-ledger.ts';
import { Grouping } from './grouping.ts';
import type { Definition, Place, PluginUses, Subject } from './plugin-uses.ts';

type Service = Claimant<ServicePart>;

/** A service that has its name. */
export class ServiceState implements Subject, Place {
  readonly claimant: Service;
  readonly #book: ServiceBook;
  /** With the ids of its certificates; undefined as long as it is not served. */
  entity: ServiceEntity | undefined;
  /** All that it asks for, while it is served. */
  plugins: readonly Definition[] = NONE;

  constructor(claimant: Service, book: ServiceBook) {
    this.claimant = claimant;
    this.#book = book;
  }

  get subject(): this {
    return this;
  }

  get service(): string {
    return this.claimant.part.entity.name;
  }

  get scope(): PluginScope {
    return { service: this.service };
  }

  reconsider(): void {
    this.#book.reconsider(this);
  }
}

const NONE: readonly Definition[] = [];

/** What else has to know of services. */
export interface ServiceListener {
  /** The text of a service may be another one. */
  readonly serviceChanged: (name: string) => void;
  readonly upstreamChanged: (name: string) => void;
  /** A service is served that was not, or the other way round, or the reason why it is not may be another one. */
  readonly availabilityChanged: (name: string) => void;
  /** A service with a certificate of its own came, went or changed. */
  readonly clientCertificateChanged: () => void;
}

/** Which services are served: the incremental counterpart of `selectServices`. */
export class ServiceBook {
  readonly names = new Contest<Service>(compareClaimants);
  readonly #upstreams = new Contest<Service>(compareClaimants);
  readonly #states = new Map<string, ServiceState>();
  /** Services whose host is not their own upstream, by host. */
  readonly #byForeignHost = new Grouping<ServiceState>();
  readonly #withCertificates = new Set<ServiceState>();
  readonly #dirty = new Set<ServiceState>();
  readonly #uses: PluginUses;
  readonly #ledger: FindingsLedger;
  readonly #listener: ServiceListener;

  constructor(uses: PluginUses, ledger: FindingsLedger, listener: ServiceListener) {
    this.#uses = uses;
    this.#ledger = ledger;
    this.#listener = listener;
  }

  reconsider(state: ServiceState): void {
    this.#dirty.add(state);
  }

  /** To be called when other certificates are there. */
  reconsiderCertificates(): void {
    for (const state of this.#withCertificates) this.#dirty.add(state);
  }

  /** The service of a name, if it is served. */
  served(name: string): ServiceState | undefined {
    const state = this.#states.get(name);
    return state?.entity === undefined ? undefined : state;
  }

  /** What gives a service, served or not. */
  ownerOf(name: string): Fragment | undefined {
    return this.#states.get(name)?.claimant.fragment;
  }

  /** The first served service that has an upstream. */
  servedWithUpstream(upstream: string): ServiceState | undefined {
    for (const { part } of this.#upstreams.claims(upstream)) {
      const state = this.served(part.entity.name);
      if (state !== undefined) return state;
    }
    return undefined;
  }

  /** IDs of the certificates that services show. */
  *clientCertificates(): Generator<string, void, undefined> {
    for (const { entity } of this.#withCertificates) {
      if (entity?.client_certificate !== undefined) yield entity.client_certificate;
    }
  }

  *settle(certificates: CertificateSources): Generator<undefined, void, undefined> {
    for (const [name, before] of this.names.takeTouched()) {
      this.#settleName(name, before);
      yield undefined;
    }
    for (const [upstream] of this.#upstreams.takeTouched()) {
      for (const { part } of this.#upstreams.claims(upstream)) {
        const state = this.#states.get(part.entity.name);
        if (state !== undefined) this.#dirty.add(state);
      }
      for (const state of this.#byForeignHost.of(upstream)) this.#dirty.add(state);
      this.#listener.upstreamChanged(upstream);
      yield undefined;
    }
    for (const state of this.#dirty) {
      this.#dirty.delete(state);
      if (this.#states.get(state.service) === state) this.#evaluate(state, certificates);
      yield undefined;
    }
  }

  #settleName(name: string, before: Service | undefined): void {
    const winner = this.names.winner(name);
    this.#reportLosers(name, winner, this.names.losers(name));
    if (winner === before) return;
    const old = this.#states.get(name);
    if (old !== undefined) this.#retract(old);
    if (winner === undefined) {
      this.#states.delete(name);
      this.#ledger.put(`service/${name}`, undefined);
      this.#listener.serviceChanged(name);
      this.#listener.availabilityChanged(name);
      return;
    }
    const state = new ServiceState(winner, this);
    this.#states.set(name, state);
    const { upstream, entity, plugins, clientCertificate, caCertificates = [] } = winner.part;
    if (upstream !== undefined) this.#upstreams.add(upstream.name, winner);
    if (upstream?.name !== entity.host) this.#byForeignHost.add(entity.host, state);
    if (clientCertificate ?? caCertificates.length > 0) this.#withCertificates.add(state);
    this.#uses.ask(state, plugins);
    this.#dirty.add(state);
    // Nothing is known of the new state yet: its routes have to look again unless it is served as the old one was.
    if (old?.entity === undefined) this.#listener.availabilityChanged(name);
    else this.#served.add(name);
  }

  /** Names of services that were served until their claim changed in this round. */
  readonly #served = new Set<string>();

  #retract(state: ServiceState): void {
    const { upstream, entity, plugins } = state.claimant.part;
    if (upstream !== undefined) this.#upstreams.remove(upstream.name, state.claimant);
    if (upstream?.name !== entity.host) this.#byForeignHost.delete(entity.host, state);
    this.#withCertificates.delete(state);
    if (state.entity?.client_certificate !== undefined) this.#listener.clientCertificateChanged();
    this.#uses.unask(state, plugins);
    this.#uses.attachPlace(state, state.plugins, NONE);
    this.#dirty.delete(state);
  }

  #evaluate(state: ServiceState, certificates: CertificateSources): void {
    const { service: name, entity: before } = state;
    const wasServed = before !== undefined || this.#served.delete(name);
    const findings = new Findings();
    const plugins = this.#pluginsOf(state, certificates, findings);
    this.#ledger.put(`service/${name}`, findings);
    this.#uses.attachPlace(state, state.plugins, plugins ?? NONE);
    state.plugins = plugins ?? NONE;
    if (!wasServed || plugins === undefined) this.#listener.availabilityChanged(name);
    if ((before?.client_certificate ?? state.entity?.client_certificate) !== undefined) {
      this.#listener.clientCertificateChanged();
    }
    this.#listener.serviceChanged(name);
    const { upstream } = state.claimant.part;
    if (upstream !== undefined) this.#listener.upstreamChanged(upstream.name);
  }

  /** Sets the entity of the state, too. */
  #pluginsOf(
    state: ServiceState,
    certificates: CertificateSources,
    findings: Findings,
  ): readonly Definition[] | undefined {
    const { claimant } = state;
    const { upstream, plugins: references } = claimant.part;
    state.entity = undefined;
    const winner = upstream && this.#upstreams.winner(upstream.name);
    if (winner && !sharesUpstream(claimant, winner, findings)) return undefined;
    if (isHostOfAnother(claimant, (host) => this.#upstreams.winner(host), findings)) return undefined;
    const entity = withCertificates(claimant, certificates, findings);
    if (entity === undefined) return undefined;
    const plugins = this.#uses.find(references, () => serviceAsker(claimant), findings);
    if (plugins === undefined) return undefined;
    if (plugins.length > 0) {
      const own = plugins.filter((definition) => !this.#uses.isPersonal(definition));
      if (hasRepeated(own, references, serviceAsker(claimant), findings)) return undefined;
    }
    state.entity = entity;
    return plugins;
  }

  #reportLosers(name: string, winner: Service | undefined, losers: readonly Service[]): void {
    const findings = new Findings();
    for (const loser of losers) if (winner !== undefined) reportServiceName(loser, winner, findings);
    this.#ledger.put(`service-name/${name}`, findings);
  }
}

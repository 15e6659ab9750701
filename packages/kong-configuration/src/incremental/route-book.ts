import { Findings } from '../assembly/findings.ts';
import { compareClaimants, type Claimant } from '../assembly/ordered-parts.ts';
import { hasRepeated } from '../assembly/plugin-references.ts';
import { needsGuard } from '../assembly/route-expression.ts';
import { keptMatches, matchClaimOf, unique, type MatchClaim, type Pair } from '../assembly/route-matches.ts';
import { reportRouteSlot, reportServiceMissing, routeAsker } from '../assembly/routes.ts';
import type { RouteEntity } from '../entities.ts';
import type { RoutePart } from '../fragment.ts';
import type { PluginScope } from '../ids.ts';
import { Contest } from './contest.ts';
import type { FindingsLedger } from './findings-ledger.ts';
import { Grouping } from './grouping.ts';
import { OrderedQueue } from './ordered-queue.ts';
import type { Definition, Place, PluginUses, Subject } from './plugin-uses.ts';
import type { ServiceBook } from './service-book.ts';

type Route = Claimant<RoutePart>;

/** A route that has its name. */
export class RouteState implements Subject, Place {
  readonly claimant: Route;
  readonly #book: RouteBook;
  /** With the hosts and paths that are left to it; undefined if none are. */
  kept: RouteEntity | undefined;
  isServed = false;
  /** Whether another route wants, or wanted once, a host and path that this one wants. */
  isContested = false;
  needsGuard = false;
  /** All that it asks for, while it is served. */
  plugins: readonly Definition[] = NONE;

  constructor(claimant: Route, book: RouteBook) {
    this.claimant = claimant;
    this.#book = book;
  }

  get subject(): this {
    return this;
  }

  get name(): string {
    return this.claimant.part.entity.name;
  }

  get service(): string {
    return this.claimant.part.service;
  }

  get scope(): PluginScope {
    return { route: this.name };
  }

  reconsider(): void {
    this.#book.reconsider(this);
  }
}

const NONE: readonly Definition[] = [];
const DEFAULT_BACKEND = 'default-backend';

/** What else has to know of routes. */
export interface RouteListener {
  /** The text of the service to which a route leads may be another one. */
  readonly routeChanged: (service: string) => void;
}

/** The default backend comes last, because it gets only what no rule matches. */
function compareRoutes(a: RouteState, b: RouteState): number {
  const [first, second] = [a.claimant, b.claimant];
  return (
    Number(first.part.isDefaultBackend) - Number(second.part.isDefaultBackend) ||
    compareClaimants(first, second)
  );
}

/** Which routes are served: the incremental counterpart of `selectRoutes`. */
export class RouteBook {
  readonly names = new Contest<Route>(compareClaimants);
  readonly #defaults = new Contest<Route>(compareClaimants);
  readonly #states = new Map<string, RouteState>();
  readonly #byService = new Grouping<RouteState>();
  /** All routes that want a pair of host and path, by the slot of the pair. */
  readonly #bidders = new Contest<RouteState>(compareRoutes);
  /** Routes that are new: it is to be seen whether anybody contests their matches. */
  readonly #admitted = new Set<RouteState>();
  /** Routes whose matches have to be decided again; in order, because earlier ones decide on later ones. */
  readonly #undecided = new OrderedQueue<RouteState>(compareRoutes);
  readonly #dirty = new Set<RouteState>();
  #guarded = 0;
  readonly #services: ServiceBook;
  readonly #uses: PluginUses;
  readonly #ledger: FindingsLedger;
  readonly #listener: RouteListener;

  constructor(services: ServiceBook, uses: PluginUses, ledger: FindingsLedger, listener: RouteListener) {
    this.#services = services;
    this.#uses = uses;
    this.#ledger = ledger;
    this.#listener = listener;
  }

  reconsider(state: RouteState): void {
    this.#dirty.add(state);
  }

  /** To be called when a service is served or not served any more. */
  reconsiderService(name: string): void {
    for (const state of this.#byService.of(name)) this.#dirty.add(state);
  }

  /** Whether there are routes that need the guard beside them. */
  get needsGuard(): boolean {
    return this.#guarded > 0;
  }

  /** The routes that lead to a service and are served. */
  servedBy(service: string): RouteState[] {
    return [...this.#byService.of(service)].filter(({ isServed }) => isServed);
  }

  *settle(): Generator<undefined, void, undefined> {
    for (const [name, before] of this.names.takeTouched()) {
      this.#settleName(name, before);
      yield undefined;
    }
    this.#settleDefaults();
    for (const state of this.#admitted) {
      this.#admitted.delete(state);
      if (state.isContested) this.#undecided.add(state);
      else this.#decideAlone(state);
      yield undefined;
    }
    for (;;) {
      const state = this.#undecided.take();
      if (state === undefined) break;
      this.#decide(state);
      yield undefined;
    }
    this.#bidders.takeTouched();
    for (const state of this.#dirty) {
      this.#dirty.delete(state);
      if (this.#states.get(state.name) === state) this.#evaluate(state);
      yield undefined;
    }
  }

  #settleName(name: string, before: Route | undefined): void {
    const winner = this.names.winner(name);
    const findings = new Findings();
    for (const loser of this.names.losers(name)) {
      if (winner) reportRouteSlot(loser, winner, 'RouteNameTaken', `the Kong route ${name}`, findings);
    }
    this.#ledger.put(`route-name/${name}`, findings);
    if (winner === before) return;
    if (before?.part.isDefaultBackend === true) this.#defaults.remove(DEFAULT_BACKEND, before);
    this.#retract(name);
    if (winner === undefined) return;
    if (winner.part.isDefaultBackend) this.#defaults.add(DEFAULT_BACKEND, winner);
    else this.#admit(winner);
  }

  #settleDefaults(): void {
    for (const [, before] of this.#defaults.takeTouched()) {
      const winner = this.#defaults.winner(DEFAULT_BACKEND);
      const findings = new Findings();
      for (const loser of this.#defaults.losers(DEFAULT_BACKEND)) {
        if (winner) reportRouteSlot(loser, winner, 'DefaultBackendTaken', 'the default backend', findings);
      }
      this.#ledger.put(DEFAULT_BACKEND, findings);
      if (winner === before) continue;
      if (before !== undefined && this.#states.get(before.part.entity.name)?.claimant === before) {
        this.#retract(before.part.entity.name);
      }
      if (winner !== undefined) this.#admit(winner);
    }
  }

  #admit(claimant: Route): void {
    const state = new RouteState(claimant, this);
    this.#states.set(state.name, state);
    this.#byService.add(state.service, state);
    this.#uses.ask(state, claimant.part.plugins);
    const claim = matchClaimOf(claimant.part.entity);
    for (const pair of pairsOf(claim)) {
      const slot = claim.slotOf(pair);
      if (!this.#bidders.add(slot, state)) continue;
      for (const bidder of this.#bidders.claims(slot)) bidder.isContested = true;
    }
    this.#admitted.add(state);
  }

  #retract(name: string): void {
    const state = this.#states.get(name);
    if (state === undefined) return;
    this.#states.delete(name);
    this.#byService.delete(state.service, state);
    this.#uses.unask(state, state.claimant.part.plugins);
    this.#uses.attachPlace(state, state.plugins, NONE);
    const claim = matchClaimOf(state.claimant.part.entity);
    for (const pair of pairsOf(claim)) {
      const slot = claim.slotOf(pair);
      if (this.#bidders.claims(slot).length > 1 && holds(state.kept, pair)) this.#decideAfter(slot, state);
      this.#bidders.remove(slot, state);
    }
    this.#setGuard(state, false);
    this.#admitted.delete(state);
    this.#undecided.delete(state);
    this.#dirty.delete(state);
    this.#ledger.put(`route-match/${name}`, undefined);
    this.#ledger.put(`route/${name}`, undefined);
    this.#listener.routeChanged(state.service);
  }

  /** Lets those that come after a route decide again. */
  #decideAfter(slot: string, state: RouteState): void {
    for (const other of this.#bidders.claims(slot)) {
      if (compareRoutes(other, state) > 0) this.#undecided.add(other);
    }
  }

  /** Nobody else wants what a new route wants: it has no one to wait for, and no one waits for it. */
  #decideAlone(state: RouteState): void {
    state.kept = state.claimant.part.entity;
    this.#dirty.add(state);
  }

  #decide(state: RouteState): void {
    const { claimant, kept: before } = state;
    const claim = matchClaimOf(claimant.part.entity);
    const findings = new Findings();
    const holderOf = (pair: Pair): Route | undefined => {
      for (const other of this.#bidders.claims(claim.slotOf(pair))) {
        if (other === state) return undefined;
        if (holds(other.kept, pair)) return other.claimant;
      }
      return undefined;
    };
    state.kept = keptMatches(claimant, claim, holderOf, findings);
    this.#ledger.put(`route-match/${state.name}`, findings);
    this.#dirty.add(state);
    if (before === state.kept) return;
    for (const pair of pairsOf(claim)) {
      const slot = claim.slotOf(pair);
      if (this.#bidders.claims(slot).length < 2) continue;
      if (holds(before, pair) !== holds(state.kept, pair)) this.#decideAfter(slot, state);
    }
  }

  #evaluate(state: RouteState): void {
    const findings = new Findings();
    const plugins = this.#pluginsOf(state, findings);
    this.#ledger.put(`route/${state.name}`, findings);
    this.#uses.attachPlace(state, state.plugins, plugins ?? NONE);
    state.plugins = plugins ?? NONE;
    state.isServed = plugins !== undefined;
    this.#setGuard(state, state.isServed);
    this.#listener.routeChanged(state.service);
  }

  #setGuard(state: RouteState, isServed: boolean): void {
    const { expression, entity } = state.claimant.part;
    const needed =
      isServed && needsGuard({ ...(entity.protocols && { protocols: entity.protocols }), expression });
    if (needed !== state.needsGuard) this.#guarded += needed ? 1 : -1;
    state.needsGuard = needed;
  }

  #pluginsOf(state: RouteState, findings: Findings): readonly Definition[] | undefined {
    const { claimant, kept, service } = state;
    if (kept === undefined) return undefined;
    if (this.#services.served(service) === undefined) {
      reportServiceMissing(claimant, this.#services.ownerOf(service), findings);
      return undefined;
    }
    const references = claimant.part.plugins;
    const plugins = this.#uses.find(references, () => routeAsker(claimant), findings);
    if (plugins === undefined || plugins.length === 0) return plugins;
    const own = plugins.filter((definition) => !this.#uses.isPersonal(definition));
    return hasRepeated(own, references, routeAsker(claimant), findings) ? undefined : plugins;
  }
}

function* pairsOf({ hosts, paths }: MatchClaim): Generator<Pair, void, undefined> {
  for (const host of hosts) for (const path of paths) yield { host, path };
}

/** Whether a route has a pair of host and path. */
function holds(kept: RouteEntity | undefined, { host, path }: Pair): boolean {
  return kept !== undefined && unique(kept.hosts).includes(host) && unique(kept.paths).includes(path);
}

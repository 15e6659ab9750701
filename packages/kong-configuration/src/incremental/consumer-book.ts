import { membershipsOf, type GroupsByRoot } from '../assembly/accounts.ts';
import { consumerAsker, reportConsumerName, scopeOf } from '../assembly/consumers.ts';
import { grantsOf, wishesOf, type Grant, type Wish } from '../assembly/credentials.ts';
import { Findings } from '../assembly/findings.ts';
import { compareClaimants, type Claimant } from '../assembly/ordered-parts.ts';
import { placesOf } from '../assembly/personal-plugins.ts';
import { instancesIn, type PluginInstance } from '../assembly/plugin-instances.ts';
import { compareCodeUnits } from '../code-unit-order.ts';
import type { ConsumerGroupMember } from '../entities.ts';
import type { ConsumerPart, CredentialPart, RootKey } from '../fragment.ts';
import { Contest } from './contest.ts';
import type { FindingsLedger } from './findings-ledger.ts';
import type { GroupBook } from './group-book.ts';
import { Grouping } from './grouping.ts';
import type { Definition, PluginUses, Subject } from './plugin-uses.ts';

type Consumer = Claimant<ConsumerPart>;

/** A consumer that has its names. */
export class ConsumerState implements Subject {
  readonly claimant: Consumer;
  readonly #book: ConsumerBook;
  /** Undefined if one is missing. */
  plugins: readonly Definition[] | undefined;
  claims: readonly CredentialClaim[] = NO_CLAIMS;
  grants: readonly Grant[] = NO_GRANTS;
  /** Undefined as long as it is not served. */
  instances: readonly PluginInstance[] | undefined;
  members: readonly ConsumerGroupMember[] = NO_MEMBERS;

  constructor(claimant: Consumer, book: ConsumerBook) {
    this.claimant = claimant;
    this.#book = book;
  }

  get id(): string {
    return this.claimant.part.entity.id;
  }

  reconsider(): void {
    this.#book.reconsider(this);
  }
}

const NO_CLAIMS: readonly CredentialClaim[] = [];
const NO_GRANTS: readonly Grant[] = [];
const NO_MEMBERS: readonly ConsumerGroupMember[] = [];

/** The bid of a consumer for a credential that only one can have. */
interface CredentialClaim {
  readonly state: ConsumerState;
  readonly slot: string;
  readonly position: number;
  readonly credential: Claimant<CredentialPart>;
}

/** What else has to know of consumers. */
export interface ConsumerListener {
  /** A consumer has other contents, or is not served any more. */
  readonly consumerChanged: (state: ConsumerState, before: ConsumerContents) => void;
}

/** What of a consumer stands in other rows, too. */
export interface ConsumerContents {
  readonly instances: readonly PluginInstance[];
  readonly members: readonly ConsumerGroupMember[];
}

/** Which consumers are served, and what with: the incremental counterpart of `selectConsumers` and `serveConsumers`. */
export class ConsumerBook {
  readonly usernames = new Contest<Consumer>(compareClaimants);
  readonly credentials = new Contest<Claimant<CredentialPart>>(compareClaimants);
  readonly #customIds = new Contest<Consumer>(compareClaimants);
  readonly #states = new Map<string, ConsumerState>();
  readonly #claims = new Contest<CredentialClaim>(
    (a, b) => compareClaimants(a.state.claimant, b.state.claimant) || a.position - b.position,
  );
  readonly #bySecret = new Grouping<ConsumerState>();
  readonly #byGroup = new Grouping<ConsumerState>();
  readonly #boundToAuthorities = new Set<ConsumerState>();
  readonly #dirty = new Set<ConsumerState>();
  readonly #groups: GroupBook;
  readonly #uses: PluginUses;
  readonly #ledger: FindingsLedger;
  readonly #listener: ConsumerListener;

  constructor(groups: GroupBook, uses: PluginUses, ledger: FindingsLedger, listener: ConsumerListener) {
    this.#groups = groups;
    this.#uses = uses;
    this.#ledger = ledger;
    this.#listener = listener;
  }

  add(claimant: Consumer): void {
    const { username, custom_id: customId } = claimant.part.entity;
    if (username !== undefined) this.usernames.add(username, claimant);
    else if (customId !== undefined) this.#customIds.add(customId, claimant);
  }

  remove(claimant: Consumer): void {
    const { username, custom_id: customId } = claimant.part.entity;
    if (username !== undefined) this.usernames.remove(username, claimant);
    else if (customId !== undefined) this.#customIds.remove(customId, claimant);
  }

  reconsider(state: ConsumerState): void {
    this.#dirty.add(state);
  }

  /** To be called when a root gives another group. */
  reconsiderGroup(root: RootKey): void {
    for (const state of this.#byGroup.of(root)) this.#dirty.add(state);
  }

  /** To be called when other CA certificates are there. */
  reconsiderAuthorities(): void {
    for (const state of this.#boundToAuthorities) this.#dirty.add(state);
  }

  /** The consumer of an ID, if it is served. */
  served(id: string): ConsumerState | undefined {
    const state = this.#states.get(id);
    return state?.instances === undefined ? undefined : state;
  }

  /** The consumers that are served and ask for a plugin. */
  servedWith(plugin: RootKey): readonly ConsumerState[] {
    const some = [...this.#states.values()].filter(
      ({ plugins, instances }) => instances && plugins?.some(({ part }) => part.plugin === plugin),
    );
    return some.sort((a, b) => compareClaimants(a.claimant, b.claimant));
  }

  /** Decides who has the names, and which plugins there are. To be called before services are settled. */
  *settleNames(): Generator<undefined, void, undefined> {
    for (const [username, before] of this.usernames.takeTouched()) {
      this.#settleUsername(username, before);
      yield undefined;
    }
    for (const [customId, before] of this.#customIds.takeTouched()) {
      this.#reportLosers('custom_id', customId, this.#customIds.claims(customId));
      const winner = this.#customIds.winner(customId);
      if (winner !== before) this.#replace(before, winner);
      yield undefined;
    }
    for (const [secret, before] of this.credentials.takeTouched()) {
      if (this.credentials.winner(secret) === before) continue;
      for (const state of this.#bySecret.of(secret)) this.#dirty.add(state);
      yield undefined;
    }
    for (const state of this.#dirty) {
      this.#findPlugins(state);
      yield undefined;
    }
  }

  /** Decides who is served, and with what. To be called when routes and groups are settled. */
  *settle(authorities: ReadonlySet<string>): Generator<undefined, void, undefined> {
    for (const state of this.#dirty) {
      this.#claim(state);
      yield undefined;
    }
    for (const [slot, before] of this.#claims.takeTouched()) {
      if (this.#claims.winner(slot) === before) continue;
      for (const { state } of this.#claims.claims(slot)) this.#dirty.add(state);
      yield undefined;
    }
    for (const state of this.#dirty) {
      this.#evaluate(state, authorities);
      yield undefined;
    }
    this.#dirty.clear();
  }

  #settleUsername(username: string, before: Consumer | undefined): void {
    this.#reportLosers('username', username, this.usernames.claims(username));
    const winner = this.usernames.winner(username);
    if (winner === before) return;
    const [old, next] = [before?.part.entity.custom_id, winner?.part.entity.custom_id];
    if (before && old !== undefined) this.#customIds.remove(old, before);
    if (winner && next !== undefined) this.#customIds.add(next, winner);
    this.#replace(old === undefined ? before : undefined, next === undefined ? winner : undefined);
  }

  #replace(before: Consumer | undefined, winner: Consumer | undefined): void {
    const old = before && this.#states.get(before.part.entity.id);
    if (old !== undefined && old.claimant === before) this.#retract(old);
    if (winner === undefined) return;
    // The one before it may still be there under the same ID, if it goes because of its other name.
    const replaced = this.#states.get(winner.part.entity.id);
    if (replaced !== undefined) this.#retract(replaced);
    const state = new ConsumerState(winner, this);
    const { plugins, groups, credentials } = winner.part;
    this.#states.set(state.id, state);
    this.#uses.ask(state, plugins);
    for (const { root } of groups) this.#byGroup.add(root, state);
    for (const { root } of credentials) this.#bySecret.add(root, state);
    this.#dirty.add(state);
  }

  #retract(state: ConsumerState): void {
    const { plugins, groups, credentials } = state.claimant.part;
    this.#states.delete(state.id);
    this.#uses.unask(state, plugins);
    this.#uses.attachConsumer(state, state.plugins ?? [], []);
    for (const { root } of groups) this.#byGroup.delete(root, state);
    for (const { root } of credentials) this.#bySecret.delete(root, state);
    for (const claim of state.claims) this.#claims.remove(claim.slot, claim);
    this.#boundToAuthorities.delete(state);
    this.#dirty.delete(state);
    this.#ledger.put(`consumer-plugins/${state.id}`, undefined);
    this.#ledger.put(`consumer/${state.id}`, undefined);
    const contents = { instances: state.instances ?? [], members: state.members };
    state.instances = undefined;
    state.members = NO_MEMBERS;
    this.#listener.consumerChanged(state, contents);
  }

  #findPlugins(state: ConsumerState): void {
    const { claimant } = state;
    if (claimant.part.plugins.length === 0) {
      state.plugins = [];
      return;
    }
    const findings = new Findings();
    const plugins = this.#uses.find(claimant.part.plugins, () => consumerAsker(claimant), findings);
    this.#ledger.put(`consumer-plugins/${state.id}`, findings);
    const before = state.plugins ?? [];
    state.plugins = plugins;
    this.#uses.attachConsumer(state, before, plugins ?? []);
  }

  #wishesOf(state: ConsumerState): readonly Wish[] {
    return wishesOf(state.claimant, (root) => this.credentials.winner(root));
  }

  #claim(state: ConsumerState): void {
    for (const claim of state.claims) this.#claims.remove(claim.slot, claim);
    const wishes = this.#wishesOf(state);
    state.claims = wishes.flatMap(({ slot, credential }, position) =>
      slot === undefined || credential === undefined ? [] : [{ state, slot, position, credential }],
    );
    for (const claim of state.claims) this.#claims.add(claim.slot, claim);
    const isBound = wishes.some(({ credential }) => credential?.part.entity['ca_certificate'] !== undefined);
    if (isBound) this.#boundToAuthorities.add(state);
    else this.#boundToAuthorities.delete(state);
  }

  #evaluate(state: ConsumerState, authorities: ReadonlySet<string>): void {
    const { claimant, plugins } = state;
    const before = { instances: state.instances ?? [], members: state.members };
    const findings = new Findings();
    const holderOf = (slot: string, { credential }: Wish): Consumer | undefined => {
      const winner = this.#claims.winner(slot);
      const isOwn = winner?.state === state && winner.credential === credential;
      return isOwn ? undefined : winner?.state.claimant;
    };
    state.grants = grantsOf(claimant, this.#wishesOf(state), holderOf, authorities, findings);
    const targetsOf = (definition: Definition) => this.#uses.targetsOf(definition);
    const places =
      plugins && placesOf(plugins, targetsOf, claimant.part.plugins, consumerAsker(claimant), findings);
    const instances = places
      ?.flatMap(({ definition, target }) =>
        instancesIn({ ...target, ...scopeOf(claimant.part.entity) }, [definition]),
      )
      .sort((a, b) => compareCodeUnits(a.id, b.id));
    const groups: GroupsByRoot = {
      nameOf: (root) => this.#groups.nameOf(root),
      heldBackBy: (root) => this.#groups.heldBackBy(root),
    };
    const members = instances && membershipsOf(claimant, groups, findings);
    state.instances = members && instances;
    state.members = members ?? NO_MEMBERS;
    this.#ledger.put(`consumer/${state.id}`, findings);
    this.#listener.consumerChanged(state, before);
  }

  #reportLosers(field: 'username' | 'custom_id', name: string, claims: readonly Consumer[]): void {
    const [winner, ...losers] = claims;
    const findings = new Findings();
    for (const loser of losers) if (winner) reportConsumerName(loser, winner, field, findings);
    this.#ledger.put(`consumer-${field}/${name}`, findings);
  }
}

import { groupAsker, reportGroupName } from '../assembly/consumer-groups.ts';
import { Findings } from '../assembly/findings.ts';
import { compareClaimants, type Claimant } from '../assembly/ordered-parts.ts';
import { placesOf } from '../assembly/personal-plugins.ts';
import { instancesIn, type PluginInstance } from '../assembly/plugin-instances.ts';
import type { ConsumerGroupPart, PluginReference, RootKey } from '../fragment.ts';
import { Contest } from './contest.ts';
import type { FindingsLedger } from './findings-ledger.ts';
import type { Definition, PluginUses, Subject } from './plugin-uses.ts';

type Group = Claimant<ConsumerGroupPart>;

/** A group of consumers that has its name. */
export class GroupState implements Subject {
  readonly claimant: Group;
  readonly #book: GroupBook;
  /** Undefined if one is missing. */
  plugins: readonly Definition[] | undefined;
  /** Undefined as long as it is not served. */
  instances: readonly PluginInstance[] | undefined;

  constructor(claimant: Group, book: GroupBook) {
    this.claimant = claimant;
    this.#book = book;
  }

  get name(): string {
    return this.claimant.part.entity.name;
  }

  reconsider(): void {
    this.#book.reconsider(this);
  }
}

/** What else has to know of groups. */
export interface GroupListener {
  /** A root gives another group than before, or none. */
  readonly groupChanged: (root: RootKey, name: string) => void;
  /** A group has other instances of plugins. */
  readonly instancesChanged: (before: readonly PluginInstance[], after: readonly PluginInstance[]) => void;
}

/** Which groups of consumers are served: the incremental counterpart of `selectGroups` and `serveGroups`. */
export class GroupBook {
  readonly names = new Contest<Group>(compareClaimants);
  readonly #states = new Map<string, GroupState>();
  readonly #byRoot = new Contest<GroupState>((a, b) => compareClaimants(a.claimant, b.claimant));
  readonly #dirty = new Set<GroupState>();
  readonly #uses: PluginUses;
  readonly #ledger: FindingsLedger;
  readonly #listener: GroupListener;

  constructor(uses: PluginUses, ledger: FindingsLedger, listener: GroupListener) {
    this.#uses = uses;
    this.#ledger = ledger;
    this.#listener = listener;
  }

  reconsider(state: GroupState): void {
    this.#dirty.add(state);
  }

  /** The group of a name, if it is served. */
  served(name: string): GroupState | undefined {
    const state = this.#states.get(name);
    return state?.instances === undefined ? undefined : state;
  }

  /** Name of the group that a root gives, if it is served. */
  nameOf(root: RootKey): string | undefined {
    return this.#byRoot.claims(root).find(({ instances }) => instances !== undefined)?.name;
  }

  /** The plugins of the group that a root gives, if it is not served because of them. */
  heldBackBy(root: RootKey): readonly PluginReference[] | undefined {
    const state = this.#byRoot.claims(root).find(({ instances }) => instances === undefined);
    return state?.claimant.part.plugins;
  }

  /** Decides who has the names, and which plugins there are. To be called before services are settled. */
  *settleNames(): Generator<undefined, void, undefined> {
    for (const [name, before] of this.names.takeTouched()) {
      this.#settleName(name, before);
      yield undefined;
    }
    for (const state of this.#dirty) {
      this.#findPlugins(state);
      yield undefined;
    }
    this.#byRoot.takeTouched();
  }

  /** Decides who is served. To be called when routes are settled. */
  *settle(): Generator<undefined, void, undefined> {
    for (const state of this.#dirty) {
      this.#evaluate(state);
      yield undefined;
    }
    this.#dirty.clear();
  }

  #settleName(name: string, before: Group | undefined): void {
    const winner = this.names.winner(name);
    const findings = new Findings();
    for (const loser of this.names.losers(name)) if (winner) reportGroupName(loser, winner, findings);
    this.#ledger.put(`group-name/${name}`, findings);
    if (winner === before) return;
    const old = this.#states.get(name);
    if (old !== undefined) this.#retract(old);
    if (winner === undefined) return;
    const state = new GroupState(winner, this);
    this.#states.set(name, state);
    this.#byRoot.add(winner.fragment.root, state);
    this.#uses.ask(state, winner.part.plugins);
    this.#dirty.add(state);
  }

  #retract(state: GroupState): void {
    const { claimant, name } = state;
    this.#states.delete(name);
    this.#byRoot.remove(claimant.fragment.root, state);
    this.#uses.unask(state, claimant.part.plugins);
    this.#uses.attachGroup(state, state.plugins ?? [], []);
    this.#dirty.delete(state);
    this.#ledger.put(`group-plugins/${name}`, undefined);
    this.#ledger.put(`group/${name}`, undefined);
    this.#listener.instancesChanged(state.instances ?? [], []);
    this.#listener.groupChanged(claimant.fragment.root, name);
  }

  #findPlugins(state: GroupState): void {
    const { claimant, name } = state;
    const findings = new Findings();
    const plugins = this.#uses.find(claimant.part.plugins, () => groupAsker(claimant), findings);
    this.#ledger.put(`group-plugins/${name}`, findings);
    const before = state.plugins ?? [];
    state.plugins = plugins;
    this.#uses.attachGroup(state, before, plugins ?? []);
  }

  #evaluate(state: GroupState): void {
    const { claimant, name, instances: before } = state;
    const findings = new Findings();
    const own = state.plugins?.filter((definition) => !this.#uses.isForConsumers(definition));
    const targetsOf = (definition: Definition) => this.#uses.targetsOf(definition);
    const places = own && placesOf(own, targetsOf, claimant.part.plugins, groupAsker(claimant), findings);
    state.instances = places?.flatMap(({ definition, target }) =>
      instancesIn({ ...target, consumerGroup: name }, [definition]),
    );
    this.#ledger.put(`group/${name}`, findings);
    this.#listener.instancesChanged(before ?? [], state.instances ?? []);
    this.#listener.groupChanged(claimant.fragment.root, name);
  }
}

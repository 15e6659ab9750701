import { compareClaimants, type Claimant } from '../assembly/ordered-parts.ts';
import { reportMissing, type Asker, type WantedPlugin } from '../assembly/plugin-references.ts';
import type { Findings } from '../assembly/findings.ts';
import { describeResource } from '@silverback/errors';
import { Findings as FindingsOf } from '../assembly/findings.ts';
import type { PluginPart, RootKey } from '../fragment.ts';
import type { PluginScope } from '../ids.ts';
import { Contest } from './contest.ts';
import type { FindingsLedger } from './findings-ledger.ts';
import { Grouping } from './grouping.ts';

export type Definition = Claimant<PluginPart>;

/** What asks for plugins. */
export interface Subject {
  /** Called when something about its plugins has changed. */
  readonly reconsider: () => void;
}

/** A service or route with a plugin. */
export interface Place {
  readonly subject: Subject;
  readonly scope: PluginScope;
  /** Name of the service to which a route leads. */
  readonly service: string;
}

/** The definitions of plugins, and what each is attached to: the incremental counterpart of `PluginScopes`. */
export class PluginUses {
  readonly definitions = new Contest<Definition>(compareClaimants);
  readonly #ledger: FindingsLedger;
  readonly #askers = new Grouping<Subject>();
  readonly #consumers = new Grouping<Subject>();
  readonly #groups = new Grouping<Subject>();
  readonly #places = new Map<RootKey, Set<Place>>();
  /** Called when a plugin is attached to something else than before. */
  onChange: (plugin: RootKey) => void = () => undefined;

  constructor(ledger: FindingsLedger) {
    this.#ledger = ledger;
  }

  /** Notes that a subject names plugins, whether they are there or not. */
  ask(subject: Subject, references: readonly WantedPlugin[]): void {
    for (const { plugin } of references) this.#askers.add(plugin, subject);
  }

  /** Takes {@link ask} back. */
  unask(subject: Subject, references: readonly WantedPlugin[]): void {
    for (const { plugin } of references) this.#askers.delete(plugin, subject);
  }

  /** Tells everyone whose definitions have changed. */
  *settle(): Generator<undefined, void, undefined> {
    for (const [plugin, before] of this.definitions.takeTouched()) {
      this.#reportLosers(plugin);
      if (this.definitions.winner(plugin) !== before) this.#tell(plugin);
      yield undefined;
    }
  }

  /** The definitions that references stand for, each once; undefined if one is missing that is not optional. */
  find(
    references: readonly WantedPlugin[],
    asker: () => Asker,
    findings: Findings,
  ): readonly Definition[] | undefined {
    if (references.length === 0) return NONE;
    const found = new Set<Definition>();
    let complete = true;
    for (const reference of references) {
      const definition = this.definitions.winner(reference.plugin);
      if (definition !== undefined) found.add(definition);
      else if (!reportMissing(reference, asker(), findings)) complete = false;
    }
    return complete ? [...found] : undefined;
  }

  /** Replaces the plugins of a consumer. */
  attachConsumer(subject: Subject, before: readonly Definition[], after: readonly Definition[]): void {
    this.#attachPerson(this.#consumers, subject, before, after);
  }

  /** Replaces the plugins of a group of consumers. */
  attachGroup(subject: Subject, before: readonly Definition[], after: readonly Definition[]): void {
    this.#attachPerson(this.#groups, subject, before, after);
  }

  /** Replaces the plugins of a service or route. */
  attachPlace(place: Place, before: readonly Definition[], after: readonly Definition[]): void {
    if (before.length === 0 && after.length === 0) return;
    for (const { part } of before) this.#places.get(part.plugin)?.delete(place);
    for (const { part } of after) {
      const places = this.#places.get(part.plugin);
      if (places === undefined) this.#places.set(part.plugin, new Set([place]));
      else places.add(place);
    }
    for (const plugin of rootsOf(before, after)) {
      for (const subject of this.#consumers.of(plugin)) subject.reconsider();
      for (const subject of this.#groups.of(plugin)) subject.reconsider();
      this.onChange(plugin);
    }
  }

  isPersonal({ part }: Definition): boolean {
    return this.#consumers.has(part.plugin) || this.#groups.has(part.plugin);
  }

  isForConsumers({ part }: Definition): boolean {
    return this.#consumers.has(part.plugin);
  }

  targetsOf({ part }: Definition): readonly PluginScope[] {
    const places = this.#places.get(part.plugin);
    return places === undefined || places.size === 0 ? [{}] : [...places].map(({ scope }) => scope);
  }

  servicesOf({ part }: Definition): readonly string[] {
    const places = [...(this.#places.get(part.plugin) ?? [])];
    const services = places.flatMap(({ scope }) => scope.service ?? []);
    return services.length > 0 ? services : [...new Set(places.map(({ service }) => service))];
  }

  routesOf({ part }: Definition): readonly string[] {
    return [...(this.#places.get(part.plugin) ?? [])].flatMap(({ scope }) => scope.route ?? []);
  }

  #attachPerson(
    people: Grouping<Subject>,
    subject: Subject,
    before: readonly Definition[],
    after: readonly Definition[],
  ): void {
    if (before.length === 0 && after.length === 0) return;
    const plugins = rootsOf(before, after);
    const isTold = new Map([...plugins].map((plugin) => [plugin, this.#kindOf(plugin)]));
    for (const { part } of before) people.delete(part.plugin, subject);
    for (const { part } of after) people.add(part.plugin, subject);
    for (const plugin of plugins) {
      if (isTold.get(plugin) !== this.#kindOf(plugin)) this.#tell(plugin);
      this.onChange(plugin);
    }
  }

  #kindOf(plugin: RootKey): string {
    return `${String(this.#consumers.has(plugin))} ${String(this.#groups.has(plugin))}`;
  }

  #tell(plugin: RootKey): void {
    for (const subject of this.#askers.of(plugin)) subject.reconsider();
    this.onChange(plugin);
  }

  #reportLosers(plugin: RootKey): void {
    const winner = this.definitions.winner(plugin);
    const findings = new FindingsOf();
    for (const { fragment } of this.definitions.losers(plugin)) {
      findings.report(fragment, 'PluginNameTaken', {
        entity: plugin,
        message: `${winner ? describeResource(winner.fragment.resource) : ''} already gives the plugin ${plugin}`,
        action: 'this definition is left out',
      });
    }
    this.#ledger.put(`plugin-name/${plugin}`, findings);
  }
}

const NONE: readonly Definition[] = [];

function rootsOf(before: readonly Definition[], after: readonly Definition[]): ReadonlySet<RootKey> {
  return new Set([...before, ...after].map(({ part }) => part.plugin));
}

import {
  facetAnswers,
  facetAnswer,
  type FacetName,
  type Facets,
  type ProxyFacts,
} from '@silverback/kong-configuration';
import { Group } from './group.ts';
import type { GroupOptions } from './group-options.ts';

/** Groups without proxies that are remembered, should proxies like theirs come back. */
const RESTING = 4;

/** The answers of groups before other facets were asked. */
type AnswersBefore = ReadonlyMap<Group, Facets>;

/** Makes a group known to be new: it may bring back what was kept over a restart. */
type Prepare = (group: Group) => void;

/**
 * The capability groups of a fleet, and which proxy is in which. Proxies are in the same group if they give the same
 * answers to all facets that were asked so far. As long as no proxy is known there is one group, for what proxies are
 * assumed to be like; what is desired can be seen before there is a proxy.
 */
export class Groups {
  readonly #options: GroupOptions<Group>;
  readonly #prepare: Prepare;
  readonly #assumed: ProxyFacts;
  #facets: readonly FacetName[] = [];
  #byKey = new Map<string, Group>();
  /** Groups that have lost their proxies, the one that rests longest first. */
  #resting: readonly Group[] = [];
  readonly #facts = new Map<string, ProxyFacts>();
  readonly #knownFacts = new Map<string, ProxyFacts>();
  readonly #groupOf = new Map<string, Group>();

  /** @param assumed - what a proxy is taken for as long as none is known */
  constructor(options: GroupOptions<Group>, assumed: ProxyFacts, prepare: Prepare) {
    this.#options = options;
    this.#assumed = assumed;
    this.#prepare = prepare;
  }

  /** All groups that have proxies; the assumed one if no proxy is known. The one with the most proxies first. */
  active(): readonly Group[] {
    const withProxies = [...this.#byKey.values()].filter(({ rollout }) => rollout.members.size > 0);
    if (withProxies.length === 0) return [this.#only()];
    return withProxies.sort((left, right) => right.rollout.members.size - left.rollout.members.size);
  }

  /** All groups that something is known of. */
  all(): readonly Group[] {
    return [...this.#byKey.values(), ...this.#resting];
  }

  /** The group of a proxy, once it is known. */
  of(key: string): Group | undefined {
    return this.#groupOf.get(key);
  }

  /** The distinct facts of all proxies, for the translation to have fragments ready. */
  facts(): readonly ProxyFacts[] {
    const used = new Set(this.#facts.values());
    return used.size === 0 ? [this.#only().facts] : [...used];
  }

  /** Whether proxies are told apart by other facets than these. */
  hasOtherFacets(facets: readonly FacetName[]): boolean {
    return facets.join() !== this.#facets.join();
  }

  /** Sets the facets that proxies are told apart by. */
  setFacets(facets: readonly FacetName[]): void {
    if (!this.hasOtherFacets(facets)) return;
    this.#facets = facets;
    const before = [...this.#byKey.values()];
    // The first part of a group takes it over, with answers that the others would not give.
    const answersBefore = new Map(before.map((group) => [group, group.answers]));
    this.#byKey = new Map();
    for (const [key, facts] of this.#facts) this.#assign(key, facts, answersBefore);
    for (const group of before) if (![...this.#byKey.values()].includes(group)) this.#rest(group);
  }

  /**
   * Puts a proxy into the group of its facts.
   *
   * @returns whether it came into another group than before
   */
  place(key: string, facts: ProxyFacts): boolean {
    this.#facts.set(key, this.#shared(facts));
    const before = this.#groupOf.get(key);
    const group = this.#assign(key, facts);
    this.#tidy();
    return group !== before;
  }

  /** Forgets a proxy. */
  remove(key: string): void {
    const group = this.#groupOf.get(key);
    if (!group) return;
    group.leave(key);
    this.#groupOf.delete(key);
    this.#facts.delete(key);
    this.#tidy();
  }

  #assign(key: string, facts: ProxyFacts, answersBefore: AnswersBefore = new Map()): Group {
    const before = this.#groupOf.get(key);
    const group = this.#groupFor(facts, before, answersBefore);
    if (group !== before) {
      before?.leave(key);
      this.#groupOf.set(key, group);
      group.join(key);
    }
    return group;
  }

  #groupFor(facts: ProxyFacts, before?: Group, answersBefore: AnswersBefore = new Map()): Group {
    const answers = facetAnswers(this.#facets, facts);
    const key = JSON.stringify(answers);
    const existing = this.#byKey.get(key);
    if (existing) return existing;
    const group = this.#adopted(facts, answers, before) ?? this.#made(facts, answers, before, answersBefore);
    this.#byKey.set(key, group);
    return group;
  }

  /** A group that has no place among the current facets and is about proxies like this one. */
  #adopted(facts: ProxyFacts, answers: Facets, before: Group | undefined): Group | undefined {
    const placed = new Set(this.#byKey.values());
    const group = [...(before ? [before] : []), ...this.#resting].find(
      (candidate) => !placed.has(candidate) && fits(candidate.answers, facts),
    );
    if (!group) return undefined;
    group.answers = answers;
    group.facts = this.#shared(facts);
    this.#resting = this.#resting.filter((resting) => resting !== group);
    return group;
  }

  #made(facts: ProxyFacts, answers: Facets, before: Group | undefined, answersBefore: AnswersBefore): Group {
    const origin = before && fits(answersBefore.get(before) ?? before.answers, facts) ? before : undefined;
    const group = new Group(this.#options, this.#shared(facts), answers, origin);
    if (!origin) this.#prepare(group);
    return group;
  }

  #only(): Group {
    const [first] = this.#byKey.values();
    return first ?? this.#groupFor(this.#assumed);
  }

  #tidy(): void {
    for (const [key, group] of this.#byKey) {
      if (group.rollout.members.size > 0 || this.#groupOf.size === 0) continue;
      this.#byKey.delete(key);
      this.#rest(group);
    }
  }

  #rest(group: Group): void {
    group.stop();
    const others = this.#resting.filter((resting) => resting !== group);
    this.#resting = [...others, group].slice(-RESTING);
  }

  /** One object for equal facts: a thousand proxies name the same plugins. */
  #shared(facts: ProxyFacts): ProxyFacts {
    const key = JSON.stringify(facts);
    const known = this.#knownFacts.get(key) ?? facts;
    if (this.#knownFacts.size > 100) this.#knownFacts.clear();
    this.#knownFacts.set(key, known);
    return known;
  }
}

/** Whether a proxy with these facts gives these answers. */
export function fits(answers: Facets, facts: ProxyFacts): boolean {
  return Object.entries(answers).every(
    ([facet, answer]) => facetAnswer(facet as FacetName, facts) === answer,
  );
}

import type { ClusterState, ReadKey } from '@silverback/cluster-state';
import {
  DEFAULT_FACTS,
  facetAnswer,
  FragmentDraft,
  type FacetAnswer,
  type FacetName,
  type Facets,
  type Fragment,
  type FragmentMap,
  type ProxyFacts,
  type RootKey,
} from '@silverback/kong-configuration';
import { configMapTranslator } from './ca-certificate.ts';
import { CurrentResources } from './current-resources.ts';
import { Dependents } from './dependents.ts';
import { FragmentVariants } from './fragment-variants.ts';
import { ingressClassParametersTranslator, ingressClassTranslator } from './class-parameters.ts';
import { ingressTranslator } from './ingress.ts';
import { kongConsumerGroupTranslator } from './kong-consumer-group.ts';
import { kongConsumerTranslator } from './kong-consumer.ts';
import { kongCustomEntityTranslator } from './kong-custom-entity.ts';
import { kongLicenseTranslator } from './kong-license.ts';
import { kongClusterPluginTranslator, kongPluginTranslator } from './kong-plugin.ts';
import { kongServiceFacadeTranslator } from './kong-service-facade.ts';
import { kongVaultTranslator } from './kong-vault.ts';
import { namedBy, objectsOf, rootAt, type RootSource } from './roots.ts';
import { secretTranslator } from './secret.ts';
import { serviceTranslator } from './service.ts';
import { tcpIngressTranslator, udpIngressTranslator } from './stream-routes.ts';
import type { Root, TranslationContext, Translator } from './translator.ts';
import { kongUpstreamPolicyTranslator } from './upstream-fields.ts';

export interface TranslationEngineOptions {
  readonly state: ClusterState;
  readonly settings: TranslationContext;
}

/** What an update changed. Fragments that were made again and came out the same are not among them. */
export interface FragmentChanges {
  /** New fragments and those that differ from before, also in their problems only. */
  readonly changed: ReadonlyMap<RootKey, Fragment>;
  /** Roots that have no fragment any more. */
  readonly removed: readonly RootKey[];
}

interface Stage {
  readonly source: RootSource;
  readonly translator: Translator;
}

const STAGES: readonly Stage[] = [
  { source: objectsOf('Ingress'), translator: ingressTranslator },
  { source: objectsOf('IngressClass'), translator: ingressClassTranslator },
  { source: objectsOf('IngressClassParameters'), translator: ingressClassParametersTranslator },
  { source: namedBy('usersOfService', 'Service'), translator: serviceTranslator },
  { source: namedBy('ingressesByFacade', 'KongServiceFacade'), translator: kongServiceFacadeTranslator },
  { source: objectsOf('TCPIngress'), translator: tcpIngressTranslator },
  { source: objectsOf('UDPIngress'), translator: udpIngressTranslator },
  { source: objectsOf('KongUpstreamPolicy'), translator: kongUpstreamPolicyTranslator },
  { source: objectsOf('Secret'), translator: secretTranslator },
  { source: objectsOf('ConfigMap'), translator: configMapTranslator },
  { source: objectsOf('KongPlugin'), translator: kongPluginTranslator },
  { source: objectsOf('KongClusterPlugin'), translator: kongClusterPluginTranslator },
  { source: objectsOf('KongConsumer'), translator: kongConsumerTranslator },
  { source: objectsOf('KongConsumerGroup'), translator: kongConsumerGroupTranslator },
  { source: objectsOf('KongVault'), translator: kongVaultTranslator },
  { source: objectsOf('KongLicense'), translator: kongLicenseTranslator },
  { source: objectsOf('KongCustomEntity'), translator: kongCustomEntityTranslator },
];

const STAGE_BY_KIND: ReadonlyMap<string, Stage> = new Map(STAGES.map((stage) => [stage.source.kind, stage]));

/** Which fragments proxies with the same facts get. */
interface Group {
  readonly facts: ProxyFacts;
  readonly fragments: FragmentDraft;
}

/**
 * Keeps the fragments of all roots up to date with the cluster state: what read something that changed is translated
 * again, nothing else. The fragments depend on the state and on the facts about the proxies alone, not on the way they
 * came about. A root is translated once for each distinct set of answers to the facets that it asks for.
 */
export class TranslationEngine {
  readonly #state: ClusterState;
  readonly #context: TranslationContext;
  readonly #default: Group = { facts: DEFAULT_FACTS, fragments: new FragmentDraft() };
  readonly #groups = new Map<string, Group>([[keyOf(DEFAULT_FACTS), this.#default]]);
  readonly #variants = new Map<RootKey, FragmentVariants>();
  readonly #dependents = new Dependents();
  readonly #facets = new Set<FacetName>();
  readonly #answers = new Map<string, Facets>();
  #started = false;
  #translated = 0;

  constructor(options: TranslationEngineOptions) {
    this.#state = options.state;
    this.#context = options.settings;
  }

  /** How often a root was translated since the engine was made. */
  get translated(): number {
    return this.#translated;
  }

  /** The facets that translators have asked for so far, sorted: proxies that answer them alike get the same fragments. */
  get facets(): readonly FacetName[] {
    return [...this.#facets].sort();
  }

  /** The fragments for a proxy of which nothing is known, as of the last update. */
  fragments(): FragmentMap {
    return this.#default.fragments.take();
  }

  /**
   * The fragments for proxies with these facts, as of the last update. What no proxy like these was asked for before is
   * translated now. While an update is on its way the map is of no use.
   */
  fragmentsFor(facts: ProxyFacts): FragmentMap {
    const key = keyOf(facts);
    const group = this.#groups.get(key) ?? { facts, fragments: new FragmentDraft() };
    if (!this.#groups.has(key)) {
      this.#groups.set(key, group);
      for (const [root, known] of this.#variants) {
        const variants = this.#withVariantFor(facts, rootAt(root), known);
        this.#variants.set(root, variants);
        put(group, root, variants.of(facts)?.fragment);
      }
    }
    return group.fragments.take();
  }

  /**
   * The resources as they are now, for forms of the past that proxies with these facts are given. May ask for facets that
   * nobody asked for before.
   */
  currentResources(facts: ProxyFacts): CurrentResources {
    const facet = <F extends FacetName>(name: F): FacetAnswer<F> => {
      this.#facets.add(name);
      return facetAnswer(name, facts);
    };
    return new CurrentResources({ ...this.#state.view(() => undefined), facet }, this.#context);
  }

  /** What the translation of a root read last, whatever the proxies are like. */
  readsOf(key: RootKey): ReadonlySet<ReadKey> {
    const source = this.#variants.has(key) && STAGE_BY_KIND.get(rootAt(key).kind)?.source;
    return new Set([...(source ? [source.keyOf(key)] : []), ...this.#dependents.readsOf(key)]);
  }

  /** Forgets the fragments of proxies that are not among these any more. */
  keepOnly(facts: Iterable<ProxyFacts>): void {
    const kept = new Set([keyOf(DEFAULT_FACTS), ...[...facts].map(keyOf)]);
    for (const key of this.#groups.keys()) if (!kept.has(key)) this.#groups.delete(key);
  }

  /**
   * Brings the fragments up to date. The first call translates everything there is, whatever it is given.
   *
   * @param touched - what the cluster state said it touched since the last call
   * @returns what changed for a proxy of which nothing is known
   */
  update(touched: ReadonlySet<ReadKey>): FragmentChanges {
    const steps = this.updateInSteps(touched);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /**
   * The same as {@link update}, with a pause after each root, so that a large update need not block the event loop. It
   * has to be run to its end before the next update. What the cluster state touches meanwhile belongs to the next one.
   */
  *updateInSteps(touched: ReadonlySet<ReadKey>): Generator<undefined, FragmentChanges, undefined> {
    const changed = new Map<RootKey, Fragment>();
    const removed: RootKey[] = [];
    for (const key of yield* this.#rootsToTranslate(touched)) {
      const previous = this.#variants.get(key)?.of(DEFAULT_FACTS)?.fragment;
      const next = this.#refresh(rootAt(key))?.of(DEFAULT_FACTS)?.fragment;
      if (next === undefined && previous !== undefined) removed.push(key);
      if (next !== undefined && next !== previous) changed.set(key, next);
      yield undefined;
    }
    return { changed, removed };
  }

  *#rootsToTranslate(touched: ReadonlySet<ReadKey>): Generator<undefined, ReadonlySet<RootKey>, undefined> {
    const roots = new Set<RootKey>();
    if (!this.#started) {
      this.#started = true;
      for (const { source } of STAGES) {
        for (const root of source.all(this.#state)) roots.add(root);
        yield undefined;
      }
      return roots;
    }
    for (const key of touched) {
      for (const { source } of STAGES) {
        const root = source.rootOf(key);
        if (root !== undefined) roots.add(root);
      }
      for (const root of this.#dependents.of(key)) roots.add(root);
      yield undefined;
    }
    return roots;
  }

  /** Translates a root anew for all groups. One that is gone is forgotten; it comes back by the key that names it. */
  #refresh(root: Root): FragmentVariants | undefined {
    const stage = STAGE_BY_KIND.get(root.kind);
    const before = this.#variants.get(root.key);
    this.#dependents.forget(root.key);
    if (stage === undefined || !stage.source.exists(root, this.#state)) {
      this.#variants.delete(root.key);
      for (const group of this.#groups.values()) group.fragments.delete(root.key);
      return undefined;
    }
    let variants = FragmentVariants.NONE;
    for (const { facts } of this.#groups.values()) variants = this.#withVariantFor(facts, root, variants);
    variants = variants.reusing(before);
    this.#variants.set(root.key, variants);
    for (const group of this.#groups.values()) put(group, root.key, variants.of(group.facts)?.fragment);
    return variants;
  }

  #withVariantFor(facts: ProxyFacts, root: Root, variants: FragmentVariants): FragmentVariants {
    return variants.of(facts) === undefined ? variants.with(this.#translate(root, facts)) : variants;
  }

  /** The same object for the same answers: many thousand roots ask for the same facets. */
  #shared(answers: Facets): Facets {
    const key = JSON.stringify(answers);
    const known = this.#answers.get(key) ?? answers;
    this.#answers.set(key, known);
    return known;
  }

  #translate(root: Root, facts: ProxyFacts): { answers: Facets; fragment: Fragment | undefined } {
    const reads = new Set<ReadKey>();
    const answers: Record<string, string | boolean> = {};
    const facet = <F extends FacetName>(name: F): FacetAnswer<F> => {
      const answer = facetAnswer(name, facts);
      answers[name] = answer;
      this.#facets.add(name);
      return answer;
    };
    const stage = STAGE_BY_KIND.get(root.kind);
    const ownKey = stage?.source.keyOf(root.key);
    // Who reads the key that leads to a root anyway need not be remembered.
    const onRead = (key: ReadKey): unknown => key !== ownKey && reads.add(key);
    const fragment = stage?.translator.translate(root, { ...this.#state.view(onRead), facet }, this.#context);
    this.#translated += 1;
    this.#dependents.add(root.key, reads);
    return { answers: this.#shared(answers), fragment };
  }
}

function put({ fragments }: Group, root: RootKey, fragment: Fragment | undefined): void {
  if (fragment === undefined) fragments.delete(root);
  else fragments.set(fragment);
}

function keyOf({
  version,
  routerFlavor,
  plugins,
  upstreamKeepalivePoolSize,
  streamListeners,
}: ProxyFacts): string {
  return JSON.stringify([
    version,
    routerFlavor,
    [...plugins].sort(),
    upstreamKeepalivePoolSize,
    streamListeners,
  ]);
}

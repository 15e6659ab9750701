import { isDeepStrictEqual } from 'node:util';
import type { ClusterState, ReadKey } from '@silverback/cluster-state';
import type { Fragment, RootKey } from '@silverback/kong-configuration';
import { Dependents } from './dependents.ts';
import { ingressTranslator } from './ingress.ts';
import { kongPluginTranslator } from './kong-plugin.ts';
import { namedBy, objectsOf, type RootSource } from './roots.ts';
import { secretTranslator } from './secret.ts';
import { serviceTranslator } from './service.ts';
import type { Root, TranslationContext, Translator } from './translator.ts';

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
  { source: namedBy('usersOfService', 'Service'), translator: serviceTranslator },
  { source: namedBy('usersOfSecret', 'Secret'), translator: secretTranslator },
  { source: objectsOf('KongPlugin'), translator: kongPluginTranslator },
];

const STAGE_BY_KIND: ReadonlyMap<string, Stage> = new Map(STAGES.map((stage) => [stage.source.kind, stage]));

/**
 * Keeps the fragments of all roots up to date with the cluster state: what read something that changed is translated
 * again, nothing else. The fragments depend on the state alone, not on the way it came about.
 */
export class TranslationEngine {
  readonly #state: ClusterState;
  readonly #context: TranslationContext;
  readonly #fragments = new Map<RootKey, Fragment>();
  readonly #dependents = new Dependents<Root>();
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

  /** The fragments as of the last update. The map is the engine's own and changes with the next update. */
  fragments(): ReadonlyMap<RootKey, Fragment> {
    return this.#fragments;
  }

  /**
   * Brings the fragments up to date. The first call translates everything there is, whatever it is given.
   *
   * @param touched - what the cluster state said it touched since the last call
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
    for (const root of this.#rootsToTranslate(touched).values()) {
      const previous = this.#fragments.get(root.key);
      const next = this.#translate(root);
      if (next === undefined) {
        if (this.#fragments.delete(root.key)) removed.push(root.key);
      } else if (!isDeepStrictEqual(previous, next)) {
        this.#fragments.set(root.key, next);
        changed.set(root.key, next);
      }
      yield undefined;
    }
    return { changed, removed };
  }

  #rootsToTranslate(touched: ReadonlySet<ReadKey>): Map<RootKey, Root> {
    const roots = new Map<RootKey, Root>();
    const add = (root: Root): unknown => roots.set(root.key, root);
    if (!this.#started) {
      this.#started = true;
      for (const { source } of STAGES) source.all(this.#state).forEach(add);
      return roots;
    }
    for (const key of touched) {
      for (const { source } of STAGES) {
        const root = source.rootOf(key);
        if (root !== undefined) add(root);
      }
      for (const root of this.#dependents.of(key)) add(root);
    }
    return roots;
  }

  /** A root that is gone is forgotten with its reads; it comes back by the key that names it. */
  #translate(root: Root): Fragment | undefined {
    const stage = STAGE_BY_KIND.get(root.kind);
    if (stage === undefined || !stage.source.exists(root, this.#state)) {
      this.#dependents.forget(root.key);
      return undefined;
    }
    const reads = new Set<ReadKey>();
    const view = this.#state.view((key) => reads.add(key));
    const fragment = stage.translator.translate(root, view, this.#context);
    this.#translated += 1;
    this.#dependents.record(root, reads);
    return fragment;
  }
}

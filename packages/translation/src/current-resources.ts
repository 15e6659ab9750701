import {
  canonicalJson,
  createFragment,
  type Fragment,
  type JsonObject,
  type PluginPart,
  type PluginSecrets,
  type RootKey,
} from '@silverback/kong-configuration';
import type { ResourceReference } from '@silverback/errors';
import { askersOf, backendProblems, neededRoots, withAskers, type Asker } from './held-needs.ts';
import { kongServiceFacadeTranslator } from './kong-service-facade.ts';
import { configWithSecrets } from './plugin-config.ts';
import { ProblemList } from './problem-list.ts';
import { isGrantedPlugin } from './reference-grants.ts';
import { rootAt } from './roots.ts';
import { secretTranslator } from './secret.ts';
import { serviceTranslator } from './service.ts';
import type { TranslationContext, TranslationView, Translator } from './translator.ts';

/** The kinds that a form of the past may need which nothing of now asks for. */
const TRANSLATORS: ReadonlyMap<string, Translator> = new Map(
  [serviceTranslator, kongServiceFacadeTranslator, secretTranslator].map((some) => [some.kind, some]),
);

/**
 * The resources as they are now, for forms of the past that are served in place of newer ones: what such a form needs of
 * others, and what of it may have been taken away meanwhile. Each question is answered by the cluster state of its moment.
 */
export class CurrentResources {
  readonly #view: TranslationView;
  readonly #context: TranslationContext;

  constructor(view: TranslationView, context: TranslationContext) {
    this.#view = view;
    this.#context = context;
  }

  /** Whether a resource may ask for a plugin, which is of its own namespace or of one that grants it. */
  isGranted({ kind, namespace }: ResourceReference, plugin: RootKey): boolean {
    return isGrantedPlugin({ kind, namespace }, plugin, this.#view);
  }

  /** A plugin with the values that its Secrets have now; undefined where one of them is gone or of no use. */
  renewed(part: PluginPart): PluginPart | undefined {
    const { secrets, definition } = part;
    if (secrets === undefined) return part;
    const { config } = this.#configOf(secrets);
    if (config === undefined) return undefined;
    const isSame = canonicalJson(config) === canonicalJson(definition.config);
    return isSame ? part : { ...part, definition: { ...definition, config } };
  }

  /** What of its Secrets is gone or of no use, in words; undefined where there are values for all. */
  lackOf({ secrets }: PluginPart): string | undefined {
    return secrets && this.#configOf(secrets).lack;
  }

  #configOf(secrets: PluginSecrets): { readonly config?: JsonObject; readonly lack?: string } {
    const list = new ProblemList({ kind: '', namespace: '', name: '' });
    const config = configWithSecrets(secrets, this.#view, list, '');
    return config ? { config } : { lack: list.problems.map(({ message }) => message).join('; ') };
  }

  /**
   * The fragments that some forms need, of roots that are not or not as much used now: Services and facades with the ports
   * that the forms send requests to, and Secrets with the certificates that they show. One that does not exist is what it
   * is for any other resource that asks for it. There is a pause after each step.
   *
   * @param current - the fragments of now
   */
  *neighboursOf(
    forms: readonly Fragment[],
    current: ReadonlyMap<RootKey, Fragment>,
  ): Generator<undefined, readonly Fragment[], undefined> {
    const { ingressClass } = this.#context;
    const formsOf = new Map<RootKey, Fragment[]>();
    for (const form of forms) {
      for (const root of new Set(neededRoots(form, current))) {
        const others = formsOf.get(root);
        if (others === undefined) formsOf.set(root, [form]);
        else others.push(form);
      }
      yield undefined;
    }
    if (formsOf.size === 0) return [];
    const askers: Asker[] = [];
    for (const form of forms) {
      askers.push(...askersOf(form, ingressClass));
      yield undefined;
    }
    const view = withAskers(this.#view, askers);
    const fragments: Fragment[] = [];
    for (const [key, users] of formsOf) {
      const root = rootAt(key);
      const fragment = TRANSLATORS.get(root.kind)?.translate(root, view, this.#context);
      if (fragment !== undefined) {
        const more = backendProblems(key, users, view, ingressClass);
        const problems = [...fragment.problems, ...more];
        fragments.push(more.length === 0 ? fragment : createFragment({ ...fragment, problems }));
      }
      yield undefined;
    }
    return fragments;
  }
}

import type { ScopedPlugin } from '../entities.ts';
import type { PluginPart, PluginReference } from '../fragment.ts';
import type { PluginScope } from '../ids.ts';
import type { Claimant } from './ordered-parts.ts';
import type { PluginInstances } from './plugin-instances.ts';
import type { Asker, PluginReferences } from './plugin-references.ts';
import type { PluginScopes } from './plugin-scopes.ts';

type Definition = Claimant<PluginPart>;

/** One instance of a plugin of a consumer or a group. */
interface Place {
  readonly definition: Definition;
  readonly target: PluginScope;
}

/** Finds out where the plugins of consumers and groups stand. */
export class PersonalPlugins {
  readonly #scopes: PluginScopes;
  readonly #references: PluginReferences;
  readonly #instances: PluginInstances;

  constructor(scopes: PluginScopes, references: PluginReferences, instances: PluginInstances) {
    this.#scopes = scopes;
    this.#references = references;
    this.#instances = instances;
  }

  /**
   * The instances for a consumer or group, on the services and routes that ask for the same plugins. Two of one type may
   * not meet in one place.
   *
   * @param own - the consumer or group
   * @returns undefined if two meet, so that who asks for them is not served. Why is reported.
   */
  instancesFor(
    definitions: readonly Definition[],
    references: readonly PluginReference[],
    own: PluginScope,
    asker: Asker,
  ): readonly ScopedPlugin[] | undefined {
    const places = definitions.flatMap((definition) =>
      this.#scopes.targetsOf(definition).map((target): Place => ({ definition, target })),
    );
    const taken = new Map<string, Definition>();
    for (const { definition, target } of places) {
      const place = JSON.stringify([definition.part.definition.name, target.service, target.route]);
      const other = taken.get(place);
      if (other !== undefined) {
        this.#references.reportRepeated(references, [other, definition], asker);
        return undefined;
      }
      taken.set(place, definition);
    }
    return places.flatMap(({ definition, target }) => {
      const group = own.consumerGroup === undefined ? {} : { consumer_group: own.consumerGroup };
      const instances = this.#instances.create([definition], { ...target, ...own });
      return instances.map((instance) => ({ ...instance, ...target, ...group }));
    });
  }
}

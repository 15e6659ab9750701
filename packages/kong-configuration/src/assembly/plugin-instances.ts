import { hash } from 'node:crypto';
import { compareCodeUnits } from '../code-unit-order.ts';
import type { PluginEntity } from '../entities.ts';
import type { RootKey } from '../fragment.ts';
import type { PluginPart } from '../fragment.ts';
import { pluginId, type PluginScope } from '../ids.ts';
import type { Claimant } from './ordered-parts.ts';

/** Makes the instances of plugins in the scopes that ask for them. */
export class PluginInstances {
  readonly #owners: Map<string, RootKey>;
  readonly #instanceNames = new Set<string>();

  /** @param owners - takes the ID of each instance with the root of its definition */
  constructor(owners: Map<string, RootKey>) {
    this.#owners = owners;
  }

  /**
   * Instances of some definitions in one scope, sorted by name. To be called in a fixed order of scopes: it decides
   * which of two equal instance names gets the short form.
   */
  create(definitions: readonly Claimant<PluginPart>[], scope: PluginScope): readonly PluginEntity[] {
    return definitions
      .map(({ part, fragment }) => {
        const { instance_name, ...definition } = part.definition;
        const id = pluginId(definition.name, scope);
        this.#owners.set(id, fragment.root);
        const name = instance_name === undefined ? undefined : this.#instanceName(instance_name, scope);
        return { ...definition, id, ...(name === undefined ? {} : { instance_name: name }) };
      })
      .sort((a, b) => compareCodeUnits(a.name, b.name));
  }

  /**
   * Kong wants instance names to be unique. As Kong's own controller does, the name gets a suffix: nine hexadecimal
   * digits of the hash of the scope, or all where that name is in use. If even that is, the instance has no name:
   * nothing but a label is lost.
   */
  #instanceName(base: string, scope: PluginScope): string | undefined {
    const suffix = hash('sha256', scopeText(scope), 'hex');
    const name = [`${base}-${suffix.slice(0, 9)}`, `${base}-${suffix}`].find(
      (candidate) => !this.#instanceNames.has(candidate),
    );
    if (name !== undefined) this.#instanceNames.add(name);
    return name;
  }
}

function scopeText({ service, route, consumer, customId, consumerGroup }: PluginScope): string {
  const names = { service, route, consumer, customId, group: consumerGroup };
  return Object.entries(names)
    .map(([type, name]) => (name === undefined ? '' : `_${type}-${name}`))
    .join('');
}

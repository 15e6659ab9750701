import { hash } from 'node:crypto';
import { compareCodeUnits } from '../code-unit-order.ts';
import type { ScopedPlugin } from '../entities.ts';
import type { PluginPart, RootKey } from '../fragment.ts';
import { pluginId, type PluginScope } from '../ids.ts';
import type { Claimant } from './ordered-parts.ts';

/** A plugin in one place. */
export interface PluginInstance {
  readonly id: string;
  readonly definition: Claimant<PluginPart>;
  readonly scope: PluginScope;
}

/** Plugins in one place, sorted by type. */
export function instancesIn(
  scope: PluginScope,
  definitions: readonly Claimant<PluginPart>[],
): readonly PluginInstance[] {
  return definitions
    .map((definition) => ({
      id: pluginId(definition.part.definition.name, scope),
      definition,
      scope,
    }))
    .sort((a, b) => compareCodeUnits(typeOf(a), typeOf(b)));
}

function typeOf({ definition }: PluginInstance): string {
  return definition.part.definition.name;
}

/**
 * The entity of an instance.
 *
 * @param name - its `instance_name`, if it has one
 */
export function pluginEntity(instance: PluginInstance, name: string | undefined): ScopedPlugin {
  const { instance_name: base, ...definition } = instance.definition.part.definition;
  const { id, scope } = instance;
  return {
    ...definition,
    id,
    ...(base !== undefined && name !== undefined && { instance_name: name }),
    ...(isPersonal(scope) && {
      ...(scope.service !== undefined && { service: scope.service }),
      ...(scope.route !== undefined && { route: scope.route }),
      ...(scope.consumerGroup !== undefined && { consumer_group: scope.consumerGroup }),
    }),
  };
}

/** Whether an instance is for some consumers, so that it is not nested in its service or route. */
function isPersonal({ consumer, customId, consumerGroup }: PluginScope): boolean {
  return (consumer ?? customId ?? consumerGroup) !== undefined;
}

/** The two forms of an instance's name: nine hexadecimal digits of the hash of the scope as a suffix, or all. */
export interface InstanceName {
  readonly short: string;
  readonly long: string;
}

/** The names that an instance may have; undefined, if its definition gives none. */
export function instanceNameOf({ definition, scope }: PluginInstance): InstanceName | undefined {
  const base = definition.part.definition.instance_name;
  if (base === undefined) return undefined;
  const suffix = hash('sha256', scopeText(scope), 'hex');
  return { short: `${base}-${suffix.slice(0, 9)}`, long: `${base}-${suffix}` };
}

/**
 * Kong wants instance names to be unique. As with Kong's own controller the short form is the usual one, and the long
 * one is for those that share the short one with another. Who shares even that has no name: nothing but a label is lost.
 *
 * @param sharing - the long forms of all instances with one short form, by their IDs
 * @param id - the instance
 */
export function instanceNameAmong(
  short: string,
  sharing: ReadonlyMap<string, string>,
  id: string,
): string | undefined {
  if (sharing.size === 1) return short;
  const [first, ...others] = [...sharing].sort(([a], [b]) => compareCodeUnits(a, b));
  if (first?.[0] === id) return short;
  const long = sharing.get(id);
  return others.find(([, form]) => form === long)?.[0] === id ? long : undefined;
}

function scopeText({ service, route, consumer, customId, consumerGroup }: PluginScope): string {
  const names = { service, route, consumer, customId, group: consumerGroup };
  return Object.entries(names)
    .map(([type, name]) => (name === undefined ? '' : `_${type}-${name}`))
    .join('');
}

/** Makes the instances of plugins in the scopes that ask for them. */
export class PluginInstances {
  readonly #owners: Map<string, RootKey>;
  readonly #sharing = new Map<string, Map<string, string>>();
  readonly #named: { readonly instance: PluginInstance; readonly entity: { instance_name?: string } }[] = [];

  /** @param owners - takes the ID of each instance with the root of its definition */
  constructor(owners: Map<string, RootKey>) {
    this.#owners = owners;
  }

  /** Instances of some definitions in one scope, sorted by name. They get their names by {@link assignNames}. */
  create(definitions: readonly Claimant<PluginPart>[], scope: PluginScope): readonly ScopedPlugin[] {
    return instancesIn(scope, definitions).map((instance) => {
      const { id, definition } = instance;
      this.#owners.set(id, definition.fragment.root);
      const entity = pluginEntity(instance, undefined);
      const names = instanceNameOf(instance);
      if (names === undefined) return entity;
      const sharing = this.#sharing.get(names.short) ?? new Map<string, string>();
      this.#sharing.set(names.short, sharing.set(id, names.long));
      this.#named.push({ instance, entity });
      return entity;
    });
  }

  /** Gives names to the instances. To be called when all are made. */
  assignNames(): void {
    for (const { instance, entity } of this.#named) {
      const { short } = instanceNameOf(instance) ?? { short: '' };
      const name = instanceNameAmong(short, this.#sharing.get(short) ?? new Map(), instance.id);
      if (name !== undefined) entity.instance_name = name;
    }
  }
}

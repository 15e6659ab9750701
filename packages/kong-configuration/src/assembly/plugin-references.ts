import { describeResource } from '@silverback/errors';
import type { Fragment, PluginPart, PluginReference, RootKey } from '../fragment.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';
import { Slots } from './slots.ts';

/** Who asks for plugins. */
export interface Asker {
  readonly fragment: Fragment;
  /** What is left out if a plugin is missing, as in `the route default.shop`. */
  readonly subject: string;
  /** Name of that Kong entity. */
  readonly entity: string;
}

/** Finds the definitions of the plugins that routes and services ask for. */
export class PluginReferences {
  readonly #definitions = new Slots<PluginPart>();
  readonly #fragments: ReadonlyMap<RootKey, Fragment>;
  readonly #findings: Findings;
  readonly #reportedDefinitions = new Set<RootKey>();

  constructor(plugins: readonly Claimant<PluginPart>[], fragments: readonly Fragment[], findings: Findings) {
    this.#fragments = new Map(fragments.map((fragment) => [fragment.root, fragment]));
    this.#findings = findings;
    for (const claimant of plugins) this.#define(claimant);
  }

  #define(claimant: Claimant<PluginPart>): void {
    const { plugin } = claimant.part;
    const winner = this.#definitions.claim(plugin, claimant);
    if (winner === claimant) return;
    this.#findings.report(claimant.fragment, 'PluginNameTaken', {
      entity: plugin,
      message: `${describeResource(winner.fragment.resource)} already gives the plugin ${plugin}`,
      action: 'this definition is left out',
    });
  }

  /**
   * The definitions that references stand for, each once.
   *
   * @returns undefined if one is missing or two are of the same type: the asker must not be served without a plugin
   *   that it asks for. Why is reported.
   */
  resolve(references: readonly PluginReference[], asker: Asker): readonly Claimant<PluginPart>[] | undefined {
    const byType = new Map<string, Claimant<PluginPart>>();
    let complete = true;
    for (const reference of references) {
      const definition = this.#definitions.winner(reference.plugin);
      if (definition === undefined) {
        this.#reportMissing(reference, asker);
        complete = false;
        continue;
      }
      const type = definition.part.definition.name;
      const other = byType.get(type) ?? definition;
      byType.set(type, other);
      if (other === definition) continue;
      this.#reportRepeated(reference, other.part.plugin, type, asker);
      complete = false;
    }
    return complete ? [...byType.values()] : undefined;
  }

  #reportMissing({ plugin: root, field }: PluginReference, { fragment, subject, entity }: Asker): void {
    this.#findings.waitsFor(fragment, root);
    this.#findings.report(fragment, 'PluginNotProgrammed', {
      field,
      entity,
      message: `${root} is not programmed`,
      action: `${subject} is left out rather than served without the plugin`,
    });
    const definition = this.#fragments.get(root);
    if (definition === undefined || this.#reportedDefinitions.has(root)) return;
    this.#reportedDefinitions.add(root);
    this.#findings.report(definition, 'PluginNotProgrammed', {
      message: `${describeResource(fragment.resource)} asks for it`,
      action: 'every route and service that asks for it is left out rather than served without it',
    });
  }

  #reportRepeated(
    { plugin, field }: PluginReference,
    other: string,
    type: string,
    { fragment, subject, entity }: Asker,
  ): void {
    this.#findings.report(fragment, 'PluginTypeRepeated', {
      field,
      entity,
      message: `${other} and ${plugin} are both of type ${type}, and Kong takes one of a type`,
      action: `${subject} is left out rather than served without one of them`,
    });
  }
}

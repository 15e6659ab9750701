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

/** A reference; without a field where the definition itself is what asks. */
type WantedPlugin = Pick<PluginReference, 'plugin'> & Partial<PluginReference>;

/** Finds the definitions of the plugins that routes, services, consumers and groups ask for. */
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
   * @returns undefined if one is missing: the asker must not be served without a plugin that it asks for. Why is
   *   reported.
   */
  find(references: readonly WantedPlugin[], asker: Asker): readonly Claimant<PluginPart>[] | undefined {
    const found = new Set<Claimant<PluginPart>>();
    let complete = true;
    for (const reference of references) {
      const definition = this.#definitions.winner(reference.plugin);
      if (definition !== undefined) found.add(definition);
      else {
        this.#reportMissing(reference, asker);
        complete = false;
      }
    }
    return complete ? [...found] : undefined;
  }

  /**
   * The same as {@link find} for a route or a service, of whose plugins for all requests no two may be of one type.
   *
   * @param isPersonal - whether a plugin stands for some consumers only, so that it does not count
   */
  resolve(
    references: readonly PluginReference[],
    asker: Asker,
    isPersonal: (definition: Claimant<PluginPart>) => boolean,
  ): readonly Claimant<PluginPart>[] | undefined {
    const found = this.find(references, asker);
    const byType = new Map<string, Claimant<PluginPart>>();
    let complete = true;
    for (const definition of found ?? []) {
      if (isPersonal(definition)) continue;
      const type = definition.part.definition.name;
      const other = byType.get(type);
      if (other === undefined) byType.set(type, definition);
      else {
        this.reportRepeated(references, [other, definition], asker);
        complete = false;
      }
    }
    return complete ? found : undefined;
  }

  /** Reports that an asker asks for two definitions of one type in one place. */
  reportRepeated(
    references: readonly PluginReference[],
    [other, definition]: readonly [Claimant<PluginPart>, Claimant<PluginPart>],
    { fragment, subject, entity }: Asker,
  ): void {
    const {
      plugin,
      definition: { name: type },
    } = definition.part;
    const field = references.find((reference) => reference.plugin === plugin)?.field;
    this.#findings.report(fragment, 'PluginTypeRepeated', {
      ...(field !== undefined && { field }),
      entity,
      message: `${other.part.plugin} and ${plugin} are both of type ${type}, and Kong takes one of a type`,
      action: `${subject} is left out rather than served without one of them`,
    });
  }

  #reportMissing({ plugin: root, field }: WantedPlugin, { fragment, subject, entity }: Asker): void {
    this.#findings.waitsFor(fragment, root);
    this.#findings.report(fragment, 'PluginNotProgrammed', {
      ...(field !== undefined && { field }),
      entity,
      message: `${root} is not programmed`,
      action: `${subject} is left out rather than served without the plugin`,
    });
    const definition = this.#fragments.get(root);
    if (definition === undefined || this.#reportedDefinitions.has(root)) return;
    this.#reportedDefinitions.add(root);
    this.#findings.report(definition, 'PluginNotProgrammed', {
      message: `${describeResource(fragment.resource)} asks for it`,
      action: 'whatever asks for it is left out rather than served without it',
    });
  }
}

import { describeResource } from '@silverback/errors';
import { compareCodeUnits } from '../code-unit-order.ts';
import type { Fragment, PluginPart, PluginReference, RootKey } from '../fragment.ts';
import type { Findings } from './findings.ts';
import { compareFragments, type Claimant } from './ordered-parts.ts';
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
export type WantedPlugin = Pick<PluginReference, 'plugin'> & Partial<PluginReference>;

/** Finds definitions. */
export interface PluginFinder {
  /** The definitions that references stand for, each once; undefined if one is missing that is not optional. */
  find(references: readonly WantedPlugin[], asker: Asker): readonly Claimant<PluginPart>[] | undefined;
}

/** Finds the definitions of the plugins that routes, services, consumers and groups ask for. */
export class PluginReferences implements PluginFinder {
  readonly #definitions = new Slots<PluginPart>();
  readonly #fragments: ReadonlyMap<RootKey, Fragment>;
  readonly #findings: Findings;

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
   * @returns undefined if one is missing that is not optional: the asker must not be served without it. Why is reported.
   */
  find(references: readonly WantedPlugin[], asker: Asker): readonly Claimant<PluginPart>[] | undefined {
    const found = new Set<Claimant<PluginPart>>();
    let complete = true;
    for (const reference of references) {
      const definition = this.#definitions.winner(reference.plugin);
      if (definition !== undefined) found.add(definition);
      else if (!reportMissing(reference, asker, this.#findings)) complete = false;
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
    if (found === undefined) return undefined;
    const own = found.filter((definition) => !isPersonal(definition));
    return hasRepeated(own, references, asker, this.#findings) ? undefined : found;
  }

  /** Tells those roots that give no plugin who asks for one. To be called when everything else is found. */
  reportDefinitions(): void {
    const byPlugin = Map.groupBy(this.#findings.missingPlugins, ({ plugin }) => plugin);
    for (const [plugin, askers] of [...byPlugin].sort(([a], [b]) => compareCodeUnits(a, b))) {
      const definition = this.#fragments.get(plugin);
      const [first] = askers.map(({ asker }) => asker).sort(compareFragments);
      if (definition && first) reportUnusable(definition, first, this.#findings);
    }
  }
}

/** Reports to the root of a plugin that it gives none, though another one asks for it. */
export function reportUnusable(definition: Fragment, asker: Fragment, findings: Findings): void {
  findings.report(definition, 'PluginNotProgrammed', {
    message: `${describeResource(asker.resource)} asks for it`,
    action: 'whatever asks for it is left out rather than served without it',
  });
}

/**
 * Reports that a plugin is missing that an asker asks for.
 *
 * @returns whether the asker is served without it
 */
export function reportMissing(
  { plugin: root, field, isOptional = false }: WantedPlugin,
  { fragment, subject, entity }: Asker,
  findings: Findings,
): boolean {
  if (!isOptional) {
    findings.waitsFor(fragment, root);
    findings.missingPlugins.push({ plugin: root, asker: fragment });
  }
  findings.report(fragment, 'PluginNotProgrammed', {
    ...(field !== undefined && { field }),
    entity,
    message: `${root} is not programmed`,
    action: isOptional
      ? `${subject} is served without the plugin, because missing plugins are ignored`
      : `${subject} is left out rather than served without the plugin`,
  });
  return isOptional;
}

/** Reports that an asker asks for two definitions of one type in one place. */
export function reportRepeated(
  references: readonly PluginReference[],
  [other, definition]: readonly [Claimant<PluginPart>, Claimant<PluginPart>],
  { fragment, subject, entity }: Asker,
  findings: Findings,
): void {
  const { plugin } = definition.part;
  const field = references.find((reference) => reference.plugin === plugin)?.field;
  findings.report(fragment, 'PluginTypeRepeated', {
    ...(field !== undefined && { field }),
    entity,
    message: `${other.part.plugin} and ${plugin} are both of type ${definition.part.definition.name}, and Kong takes one of a type`,
    action: `${subject} is left out rather than served without one of them`,
  });
}

/** Whether two of some definitions are of one type. They are reported. */
export function hasRepeated(
  definitions: readonly Claimant<PluginPart>[],
  references: readonly PluginReference[],
  asker: Asker,
  findings: Findings,
): boolean {
  const byType = new Map<string, Claimant<PluginPart>>();
  let repeats = false;
  for (const definition of definitions) {
    const type = definition.part.definition.name;
    const other = byType.get(type);
    if (other === undefined) byType.set(type, definition);
    else {
      reportRepeated(references, [other, definition], asker, findings);
      repeats = true;
    }
  }
  return repeats;
}

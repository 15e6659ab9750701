import { compareCodeUnits } from '../code-unit-order.ts';
import type { PluginPart, PluginReference } from '../fragment.ts';
import type { PluginScope } from '../ids.ts';
import type { Claimant } from './ordered-parts.ts';
import { reportRepeated, type Asker } from './plugin-references.ts';
import type { Findings } from './findings.ts';

type Definition = Claimant<PluginPart>;

/** One place of a plugin of a consumer or a group. */
export interface Place {
  readonly definition: Definition;
  /** The service or route on which it stands; nothing if it stands everywhere. */
  readonly target: PluginScope;
}

/**
 * The places of the plugins of a consumer or group: the services and routes that ask for the same plugins. Two of one
 * type may not meet in one place.
 *
 * @param targetsOf - where a plugin stands
 * @param references - what the asker asks for
 * @returns undefined if two meet, so that who asks for them is not served. Why is reported.
 */
export function placesOf(
  definitions: readonly Definition[],
  targetsOf: (definition: Definition) => readonly PluginScope[],
  references: readonly PluginReference[],
  asker: Asker,
  findings: Findings,
): readonly Place[] | undefined {
  const places = definitions.flatMap((definition) =>
    targetsOf(definition)
      .toSorted((a, b) => compareCodeUnits(textOf(a), textOf(b)))
      .map((target): Place => ({ definition, target })),
  );
  const taken = new Map<string, Definition>();
  for (const { definition, target } of places) {
    const place = JSON.stringify([definition.part.definition.name, target.service, target.route]);
    const other = taken.get(place);
    if (other !== undefined) {
      reportRepeated(references, [other, definition], asker, findings);
      return undefined;
    }
    taken.set(place, definition);
  }
  return places;
}

function textOf({ service, route }: PluginScope): string {
  return JSON.stringify([service, route]);
}

import { describeResource } from '@silverback/errors';
import type { ConsumerEntity, ConsumerGroupMember } from '../entities.ts';
import type { ConsumerPart, PluginPart } from '../fragment.ts';
import type { PluginScope } from '../ids.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';
import type { Asker, PluginReferences } from './plugin-references.ts';
import type { PluginScopes } from './plugin-scopes.ts';
import { Slots } from './slots.ts';

/** A consumer that has its names. */
export interface NamedConsumer {
  readonly claimant: Claimant<ConsumerPart>;
  /** Absent if one is missing, so that the consumer is not served; its claims stand. */
  readonly plugins?: readonly Claimant<PluginPart>[];
}

/** How a consumer is called: it need have only one of the two names. */
export function consumerName({ username, custom_id: customId }: ConsumerEntity): string {
  return username ?? customId ?? '';
}

/** How another entity refers to a consumer: a text is taken for a username first, so an ID has to be an object. */
export function referenceTo({ id, username }: ConsumerEntity): ConsumerGroupMember['consumer'] {
  return username ?? { id };
}

/** The scope of a plugin that is bound to a consumer. */
export function scopeOf({ username, custom_id: customId = '' }: ConsumerEntity): PluginScope {
  return username === undefined ? { customId } : { consumer: username };
}

/**
 * Decides which consumers there are: the first of each username and of each `custom_id`. Which of them are served shows
 * later, when it is known where their plugins stand.
 *
 * @param scopes - takes what consumers ask for
 */
export function selectConsumers(
  claimants: readonly Claimant<ConsumerPart>[],
  references: PluginReferences,
  scopes: PluginScopes,
  findings: Findings,
): readonly NamedConsumer[] {
  const usernames = new Slots<ConsumerPart>();
  const customIds = new Slots<ConsumerPart>();
  const named = claimants.filter(
    (claimant) =>
      hasName(claimant, 'username', usernames, findings) &&
      hasName(claimant, 'custom_id', customIds, findings),
  );
  return named.map((claimant) => {
    const plugins = references.find(claimant.part.plugins, consumerAsker(claimant));
    if (plugins === undefined) return { claimant };
    scopes.addConsumer(plugins);
    return { claimant, plugins };
  });
}

function hasName(
  claimant: Claimant<ConsumerPart>,
  field: 'username' | 'custom_id',
  slots: Slots<ConsumerPart>,
  findings: Findings,
): boolean {
  const name = claimant.part.entity[field];
  if (name === undefined) return true;
  const winner = slots.claim(name, claimant);
  if (winner === claimant) return true;
  reportConsumerName(claimant, winner, field, findings);
  return false;
}

/** Reports that another consumer has one of the names. */
export function reportConsumerName(
  { part, fragment }: Claimant<ConsumerPart>,
  winner: Claimant<ConsumerPart>,
  field: 'username' | 'custom_id',
  findings: Findings,
): void {
  const name = part.entity[field] ?? '';
  findings.report(fragment, 'ConsumerNameTaken', {
    field,
    entity: consumerName(part.entity),
    message: `${describeResource(winner.fragment.resource)} already gives the consumer with the ${field} ${name}`,
    action: 'this consumer is left out',
  });
}

/** Who asks for the plugins of a consumer. */
export function consumerAsker({ part, fragment }: Claimant<ConsumerPart>): Asker {
  const name = consumerName(part.entity);
  return { fragment, entity: name, subject: `the consumer ${name}` };
}

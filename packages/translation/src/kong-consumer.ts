import { consumerId, createFragment, type ConsumerPart } from '@silverback/kong-configuration';
import type { KongConsumerRecord, ClusterView } from '@silverback/cluster-state';
import { fragmentHeader } from './fragment-header.ts';
import { isOursByAnnotation } from './ingress-class.ts';
import { pluginReferences } from './plugin-references.ts';
import { ProblemList } from './problem-list.ts';
import { tagsOf } from './tags.ts';
import type { TranslationContext, Translator } from './translator.ts';
import { isOfKonnect, validResource } from './valid-resource.ts';

const LEFT_OUT = 'the consumer is left out';

/** KongConsumer of our class → consumer, with the names of its credentials, groups and plugins. */
export const kongConsumerTranslator: Translator = {
  kind: 'KongConsumer',
  translate(root, view, context) {
    const record = view.get('KongConsumer', root.namespace, root.name);
    if (record === undefined || !isOursByAnnotation(record.metadata, view, context.ingressClass))
      return undefined;
    const problems = ProblemList.ofRecord(record);
    const resource = validResource(record, problems, LEFT_OUT);
    if (resource !== undefined && isOfKonnect(resource.spec?.controlPlaneRef)) return undefined;
    const parts = resource === undefined ? [] : [consumerPart(record, resource, view, context, problems)];
    return createFragment({ ...fragmentHeader(root, record), parts, problems: problems.problems });
  },
};

type Consumer = NonNullable<ReturnType<typeof validResource<'KongConsumer'>>>;

function consumerPart(
  record: KongConsumerRecord,
  consumer: Consumer,
  view: ClusterView,
  context: TranslationContext,
  problems: ProblemList,
): ConsumerPart {
  const { username, custom_id, credentials = [], consumerGroups = [] } = consumer;
  const { namespace } = record.metadata;
  const names = {
    ...(username !== undefined && { username }),
    ...(custom_id !== undefined && { custom_id }),
  };
  return {
    type: 'consumer',
    entity: { id: consumerId(names), ...names, tags: tagsOf('KongConsumer', record.metadata, problems) },
    plugins: pluginReferences(record, view, context, problems),
    groups: consumerGroups.map((name, index) => ({
      root: `KongConsumerGroup/${namespace}/${name}`,
      field: `consumerGroups[${index}]`,
    })),
    credentials: credentials.map((name, index) => ({
      root: `Secret/${namespace}/${name}`,
      field: `credentials[${index}]`,
    })),
  };
}

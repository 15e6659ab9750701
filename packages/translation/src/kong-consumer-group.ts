import { consumerGroupId, createFragment, type ConsumerGroupPart } from '@silverback/kong-configuration';
import { isEnterprise } from './enterprise.ts';
import { fragmentHeader } from './fragment-header.ts';
import { isOursByAnnotation } from './ingress-class.ts';
import { pluginReferences } from './plugin-references.ts';
import { ProblemList } from './problem-list.ts';
import { tagsOf } from './tags.ts';
import type { Translator } from './translator.ts';
import { isOfKonnect, validResource } from './valid-resource.ts';

const LEFT_OUT = 'the group is left out';

/** KongConsumerGroup of our class → consumer group. In Kong it has no namespace: the name of the object is its name. */
export const kongConsumerGroupTranslator: Translator = {
  kind: 'KongConsumerGroup',
  translate(root, view, context) {
    const record = view.get('KongConsumerGroup', root.namespace, root.name);
    if (record === undefined || !isOursByAnnotation(record.metadata, view, context.ingressClass))
      return undefined;
    const problems = ProblemList.ofRecord(record);
    const resource = validResource(record, problems, LEFT_OUT);
    if (resource !== undefined && isOfKonnect(resource.spec?.controlPlaneRef)) return undefined;
    const { name } = root;
    const isTaken = isEnterprise(view, problems, { what: 'groups of consumers', action: LEFT_OUT });
    const tags = tagsOf('KongConsumerGroup', record.metadata, problems);
    const plugins = pluginReferences(record, view, context, problems);
    const part: ConsumerGroupPart = {
      type: 'consumer-group',
      entity: { id: consumerGroupId(name), name, tags },
      plugins,
    };
    const parts = resource === undefined || !isTaken ? [] : [part];
    return createFragment({ ...fragmentHeader(root, record), parts, problems: problems.problems });
  },
};

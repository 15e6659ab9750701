import { createFragment, vaultId, type JsonObject, type VaultPart } from '@silverback/kong-configuration';
import { fragmentHeader } from './fragment-header.ts';
import { isOursByAnnotation } from './ingress-class.ts';
import { ProblemList } from './problem-list.ts';
import { tagsOf } from './tags.ts';
import type { Translator } from './translator.ts';
import { isOfKonnect, validResource } from './valid-resource.ts';

/** KongVault of our class → vault. */
export const kongVaultTranslator: Translator = {
  kind: 'KongVault',
  translate(root, view, { ingressClass }) {
    const record = view.get('KongVault', '', root.name);
    if (record === undefined || !isOursByAnnotation(record.metadata, view, ingressClass)) return undefined;
    const problems = ProblemList.ofRecord(record);
    const spec = validResource(record, problems, 'the vault is left out')?.spec;
    if (spec !== undefined && isOfKonnect(spec.controlPlaneRef)) return undefined;
    const parts: VaultPart[] = [];
    if (spec !== undefined) {
      const { backend, prefix, description, config, tags = [] } = spec;
      const entity = {
        id: vaultId(prefix),
        name: backend,
        prefix,
        ...(description !== undefined && { description }),
        ...(config !== undefined && { config: config as JsonObject }),
        tags: [...tagsOf('KongVault', record.metadata, problems), ...tags],
      };
      parts.push({ type: 'vault', entity });
    }
    return createFragment({ ...fragmentHeader(root, record), parts, problems: problems.problems });
  },
};

import { createFragment, vaultId, type JsonObject, type VaultPart } from '@silverback/kong-configuration';
import { fragmentHeader } from './fragment-header.ts';
import { isOursByAnnotation } from './ingress-class.ts';
import { ProblemList } from './problem-list.ts';
import { tagsOf } from './tags.ts';
import type { TranslationView, Translator } from './translator.ts';
import { isOfKonnect, validResource } from './valid-resource.ts';

const LEFT_OUT = 'the vault is left out';
/** A prefix is the host of a reference, as in `{vault://my-env/password}`; the schema of Kong's vaults, 3.4 to 3.9. */
const PREFIX = /^[a-z][a-z0-9-]*[a-z0-9]$/;
/** The kinds of vaults that come with Kong: their names are not free, because references can name a kind as well. */
const KINDS = ['env'];
const ENTERPRISE_KINDS = ['aws', 'azure', 'gcp', 'hcv'];

/** KongVault of our class → vault. */
export const kongVaultTranslator: Translator = {
  kind: 'KongVault',
  translate(root, view, { ingressClass }) {
    const record = view.get('KongVault', '', root.name);
    if (record === undefined || !isOursByAnnotation(record.metadata, view, ingressClass)) return undefined;
    const problems = ProblemList.ofRecord(record);
    const spec = validResource(record, problems, LEFT_OUT)?.spec;
    if (spec !== undefined && isOfKonnect(spec.controlPlaneRef)) return undefined;
    const parts: VaultPart[] = [];
    if (spec !== undefined && takesPrefix(spec.prefix, view, problems)) {
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

/** Whether proxies take a prefix. They would refuse the whole configuration for one that they don't. */
function takesPrefix(prefix: string, view: TranslationView, problems: ProblemList): boolean {
  const fault = PREFIX.test(prefix)
    ? isReserved(prefix, view) && 'is the name of a kind of vault, and reserved for it'
    : 'must begin with a lower-case letter, end with a second one or a digit, and hold nothing but these and -';
  if (fault === false) return true;
  const field = 'spec.prefix';
  problems.error('VaultPrefixInvalid', {
    field,
    message: `${JSON.stringify(prefix)} ${fault}`,
    action: LEFT_OUT,
  });
  return false;
}

function isReserved(prefix: string, view: TranslationView): boolean {
  // Only who has such a prefix needs to know what the proxies are.
  return KINDS.includes(prefix) || (ENTERPRISE_KINDS.includes(prefix) && view.facet('enterprise'));
}

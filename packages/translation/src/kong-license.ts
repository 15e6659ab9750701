import { createFragment, licenseId, type LicensePart } from '@silverback/kong-configuration';
import { fragmentHeader } from './fragment-header.ts';
import { ProblemList } from './problem-list.ts';
import type { Translator } from './translator.ts';
import { validResource } from './valid-resource.ts';

/** KongLicense → licence, for the proxies that are Enterprise ones: others refuse it. */
export const kongLicenseTranslator: Translator = {
  kind: 'KongLicense',
  translate(root, view) {
    const record = view.get('KongLicense', '', root.name);
    if (record === undefined) return undefined;
    const problems = ProblemList.ofRecord(record);
    const resource = validResource(record, problems, 'the licence is left out');
    const isUsed = resource !== undefined && resource.enabled !== false && view.facet('enterprise');
    const entity = { id: licenseId(root.name), payload: resource?.rawLicenseString ?? '' };
    const parts: LicensePart[] = isUsed ? [{ type: 'license', entity }] : [];
    return createFragment({ ...fragmentHeader(root, record), parts, problems: problems.problems });
  },
};

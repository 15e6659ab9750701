import type { JsonRecord } from '../json.ts';
import type { ErrorTree } from '../schema/field.ts';
import { dataModel } from '../schema/model.ts';
import type { NodeKind } from '../schema/node-kind.ts';
import { validateDocument } from './document.ts';
import { flattenDocument } from './entities.ts';

/**
 * What a node would say about a declarative configuration, without starting one: for tests of many configurations.
 * @param kind by default Kong 3.9.3, open source, `traditional_compatible`
 * @returns the errors as in the `fields` of a 400; nothing if a node would take it
 */
export function configurationErrors(
  document: JsonRecord,
  kind: Partial<NodeKind> = {},
): ErrorTree | undefined {
  const model = dataModel({
    flavor: 'traditional_compatible',
    edition: 'community',
    version: '3.9.3',
    ...kind,
  });
  const errors = validateDocument(document, model);
  if (errors) return errors;
  const result = flattenDocument(document, model, 0);
  return 'errors' in result ? result.errors : undefined;
}

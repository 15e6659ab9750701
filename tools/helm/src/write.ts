import { writeFileSync } from 'node:fs';
import { findHelm, NO_HELM } from './binary.ts';
import { generatedManifests, generatedSchema } from './generated.ts';

if (findHelm() === undefined) {
  process.stderr.write(`The plain manifests are not written. ${NO_HELM}\n`);
}
// The schema first: the chart is not rendered with values that it does not allow.
const schema = generatedSchema();
writeFileSync(new URL(`../../../${schema.path}`, import.meta.url), schema.content);
for (const { path, content } of findHelm() === undefined ? [] : generatedManifests()) {
  writeFileSync(new URL(`../../../${path}`, import.meta.url), content);
}

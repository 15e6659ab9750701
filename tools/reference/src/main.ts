import { writeFileSync } from 'node:fs';
import { referencePages } from './pages.ts';

for (const [name, content] of referencePages()) {
  writeFileSync(new URL(`../../../docs/reference/${name}`, import.meta.url), content);
}

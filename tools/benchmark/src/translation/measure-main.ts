import { once } from 'node:events';
import { endWithParent } from '../child.ts';
import type { TranslationTask } from './figures.ts';
import { measure } from './measure.ts';

endWithParent();
const [task] = (await once(process, 'message')) as [TranslationTask];
process.send?.(await measure(task));

import { once } from 'node:events';
import { endWithParent } from '../child.ts';
import type { MeasuringTask } from './figures.ts';
import { measure } from './measure.ts';

endWithParent();
const [task] = (await once(process, 'message')) as [MeasuringTask];
process.send?.(await measure(task));

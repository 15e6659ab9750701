import { once } from 'node:events';
import { endWithParent } from '../child.ts';
import { sendFloor } from './floor.ts';
import { sendOurs } from './ours.ts';
import type { SendTask } from './protocol.ts';

endWithParent();
const [task] = (await once(process, 'message')) as [SendTask];
process.send?.(await (task.sender === 'ours' ? sendOurs(task) : sendFloor(task)));

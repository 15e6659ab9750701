import { endWithParent } from '../child.ts';
import type { ReceiverReply, ReceiverRequest } from './protocol.ts';
import { ReceiverGroup } from './receiver-group.ts';

endWithParent();
let group: ReceiverGroup | undefined;

async function handle(request: ReceiverRequest): Promise<ReceiverReply> {
  if (request.type === 'start') {
    group = new ReceiverGroup(request.tls);
    return { type: 'start', ports: await group.start(request) };
  }
  if (group === undefined) throw new Error(`${request.type} before start`);
  return group.handle(request);
}

process.on('message', (request: ReceiverRequest) => {
  void handle(request).then((reply) => process.send?.(reply));
});

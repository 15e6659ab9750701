import { parseArgs } from 'node:util';
import { startEchoBackend } from './echo-backend.ts';
import { runUntilSignal } from './process.ts';

const USAGE = 'usage: node dist/echo-main.js --name NAME [--port N]\n';

await runUntilSignal(USAGE, async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: { name: { type: 'string', default: 'echo' }, port: { type: 'string', default: '0' } },
  });
  const backend = await startEchoBackend({ name: values.name, port: Number(values.port) });
  return {
    announcement: { name: values.name, url: backend.url, port: backend.port },
    close: () => backend.close(),
  };
});

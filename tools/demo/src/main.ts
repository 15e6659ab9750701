import { join } from 'node:path';
import { readArguments, USAGE } from './arguments.ts';
import { runLive } from './live.ts';
import { runOnce } from './once.ts';
import { REPOSITORY } from './stage.ts';

const wanted = readArguments(process.argv.slice(2));
const parent = join(REPOSITORY, '.silverback');

// Signals come more than once: the terminal sends one to every process, and npm passes its own on.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stop.abort();
  });
}
// Whoever read the output has gone, as in `npm run demo | head`.
process.stdout.on('error', () => {
  stop.abort();
});

if (wanted.mode === 'live') {
  process.exitCode = await runLive(parent, wanted.source, process.stdout, stop.signal);
} else if (wanted.mode === 'once') {
  process.exitCode = await runOnce(parent, wanted.source, process.stdout, stop.signal);
} else if (wanted.mistake === undefined) {
  process.stdout.write(USAGE);
} else {
  process.stderr.write(`${wanted.mistake}\n\n${USAGE}`);
  process.exitCode = 64;
}

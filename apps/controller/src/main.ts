import 'reflect-metadata';
import { runCli } from './cli.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { reportError } from './report-error.ts';

/** How long the process may last after its command, unless somebody still reads its output; in ms. */
const END_MS = 2_000;

const terminal = {
  out: (text: string): void => {
    process.stdout.write(text);
  },
  error: (text: string): void => {
    process.stderr.write(text);
  },
  env: process.env,
};

// Whoever reads our output may stop reading, as `head` does: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT_CODES.fine);
});

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    reportError(error, terminal);
    process.exit(EXIT_CODES.internalError);
  });
}

process.exitCode = await runCli(process.argv.slice(2), terminal);
endSoon();

/** A module of somebody else may have left a timer or a connection behind, which would keep the process for ever. */
function endSoon(): void {
  setTimeout(() => {
    if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
    endSoon();
  }, END_MS).unref();
}

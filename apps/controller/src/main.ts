import 'reflect-metadata';
import { runCli } from './cli.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { reportError } from './report-error.ts';

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

/** What an entry has started. */
interface Started {
  /** Printed as one line of JSON when everything is ready. */
  readonly announcement: object;
  readonly close: () => Promise<void>;
}

/**
 * Runs a command line entry: starts it, announces it on the standard output, ends it on SIGTERM or SIGINT with code 0.
 * What can't be started is said on the standard error, with code 1.
 */
export async function runUntilSignal(
  usage: string,
  start: (args: readonly string[]) => Promise<Started>,
): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(usage);
    return;
  }
  try {
    const { announcement, close } = await start(args);
    const end = () => {
      void close();
    };
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    process.stdout.write(`${JSON.stringify(announcement)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exitCode = 1;
  }
}

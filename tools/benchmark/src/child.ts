import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts a process of the benchmark, which ends when this one does: see `endWithParent`.
 *
 * @param script - its program, beside this one
 * @param execArgv - options of Node
 */
export function startChild(script: URL, execArgv: readonly string[] = []): ChildProcess {
  return fork(script, {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [...execArgv],
  });
}

/**
 * The next message of a child.
 *
 * @throws Error if it ends instead
 */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const settled = new AbortController();
  const signal = settled.signal;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as unknown),
      once(child, 'exit', { signal }).then(([code, killedBy]) => {
        throw new Error(`a process of the benchmark has ended: ${String(killedBy ?? code)}`);
      }),
    ]);
  } finally {
    settled.abort();
  }
}

/** Ends a child and waits until it is gone. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** For a child: its parent has gone, however that came about. */
export function endWithParent(): void {
  process.on('disconnect', () => {
    process.exit();
  });
}

import { binaryOptions } from '../binary-options.ts';
import { nextMessage, startChild, stopChild } from '../child.ts';
import type { SendReport, SendTask } from './protocol.ts';

/** Does a task in a process of its own, so that no sender inherits another one's memory or warm code. */
export async function send(task: SendTask): Promise<SendReport> {
  const child = startChild(new URL('./sender-main.js', import.meta.url), binaryOptions());
  try {
    const report = nextMessage(child) as Promise<SendReport>;
    child.send(task);
    return await report;
  } finally {
    await stopChild(child);
  }
}

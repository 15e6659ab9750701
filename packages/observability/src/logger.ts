import { isSilverbackError } from '@silverback/errors';
import { pino } from 'pino';
import { redact } from './redaction.ts';

/** How much an event matters. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** Values that belong to an event. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * A structured log. The message is constant for a kind of event; everything that varies is a field, so that events can
 * be counted and searched.
 */
export interface Logger {
  log(level: LogLevel, message: string, fields?: LogFields): void;
  /** A logger that adds fields to every line. */
  with(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** The least important events that are written. */
  readonly level: LogLevel;
  /** Where lines go. Default: the process's stdout, at once, so that nothing is lost when the process ends. */
  readonly destination?: { write(line: string): void };
}

/** A logger that writes one JSON object per line: `level`, `time`, the fields with secrets censored, `message`. */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const destination = options.destination ?? pino.destination({ fd: 1, sync: true });
  return new PinoLogger(pino(settings, destination), {});
}

class PinoLogger implements Logger {
  readonly #pino: pino.Logger;
  readonly #fields: LogFields;

  constructor(logger: pino.Logger, fields: LogFields) {
    this.#pino = logger;
    this.#fields = fields;
  }

  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (!this.#pino.isLevelEnabled(level)) return;
    this.#pino[level](redact(describeErrors({ ...this.#fields, ...fields })), message);
  }

  with(fields: LogFields): Logger {
    return new PinoLogger(this.#pino, { ...this.#fields, ...fields });
  }
}

/** Errors become what a reader of the log needs: ours their code and place, others their stack. */
function describeErrors(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? describeError(value) : value,
    ]),
  );
}

function describeError(error: Error): LogFields {
  if (isSilverbackError(error)) {
    return {
      code: error.code,
      message: error.message,
      ...(error.where !== undefined && { where: error.where }),
      advice: error.advice,
    };
  }
  return { type: error.name, message: error.message, stack: error.stack };
}

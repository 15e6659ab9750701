import { SilverbackError } from '@silverback/errors';

/** The API server refused a request. */
export class ApiRefusal extends SilverbackError {
  /** HTTP status, as in 404; of an error within a watch its code. */
  readonly status: number;

  /**
   * @param what - the method and path
   * @param message - the words of the API server; they name objects, never their content
   */
  constructor(what: string, status: number, message: string) {
    super('KubernetesRefused', { message: `The API server answered ${status}: ${message}.`, where: what });
    this.status = status;
  }
}

/** Whether the API server refused with one of these statuses. */
export function isRefusal(error: unknown, ...statuses: readonly number[]): error is ApiRefusal {
  return error instanceof ApiRefusal && statuses.includes(error.status);
}

const MAX_MESSAGE = 300;

/** The message of a Kubernetes `Status`, or the beginning of the text where it is none. */
export function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string') return message.slice(0, MAX_MESSAGE);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return 'without a reason that could be read';
}

import { container, type DependencyContainer, instanceCachingFactory } from 'tsyringe';

/** The name of a part in the container, with the type of the part. */
export interface Token<T> {
  readonly symbol: symbol;
  /** Never set: keeps the type. */
  readonly type?: T;
}

/** Makes a token. */
export function token<T>(description: string): Token<T> {
  return { symbol: Symbol(description) };
}

/** Gets a part from the container, making it if it is not there yet. */
export type Resolve = <T>(token: Token<T>) => T;

/** Where parts are registered: the only place that knows the container's own interface. */
export class Composition {
  readonly #container: DependencyContainer = container.createChildContainer();

  readonly resolve: Resolve = (token) => this.#container.resolve(token.symbol);

  /** Registers a part that is made once, when it is first needed. */
  provide<T>(token: Token<T>, make: (resolve: Resolve) => T): this {
    this.#container.register(token.symbol, { useFactory: instanceCachingFactory(() => make(this.resolve)) });
    return this;
  }

  /** Registers a part that is there already. */
  provideValue<T>(token: Token<T>, value: T): this {
    this.#container.registerInstance(token.symbol, value);
    return this;
  }
}

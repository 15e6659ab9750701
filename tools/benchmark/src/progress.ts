/** Tells a person who watches what is going on. */
export interface Progress {
  say(text: string): void;
}

/** Lines on a terminal; nothing where nobody watches, as in a pipe. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return {
    say: (text) => {
      if (stream.isTTY) stream.write(`${text}\n`);
    },
  };
}

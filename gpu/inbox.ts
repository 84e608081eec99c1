/** Messages that wait to be handled between steps, and a loop's way to sleep until there are some. */

export interface Inbox<Message> {
  put(message: Message): void;
  has(matches: (message: Message) => boolean): boolean;
  /** All messages so far, in order; empties the inbox. */
  drain(): Message[];
  /** Lets other events happen, then goes on at once. */
  breathe(): Promise<void>;
  /** Sleeps until something is put or `wake` is called, at most `timeoutMs`; not at all while messages wait. */
  sleep(timeoutMs?: number): Promise<void>;
  wake(): void;
  close(): void;
}

export function createInbox<Message>(): Inbox<Message> {
  // A message to oneself returns after 15 µs; a timer of 0 ms takes two milliseconds.
  const { port1, port2 } = new MessageChannel();
  let messages: Message[] = [];
  let wake = () => {}, breathed = () => {};
  port1.onmessage = () => breathed();
  return {
    put(message) {
      messages.push(message);
      wake();
    },
    has: (matches) => messages.some(matches),
    drain() {
      const drained = messages;
      messages = [];
      return drained;
    },
    breathe() {
      return new Promise((resolve) => {
        breathed = resolve;
        port2.postMessage(undefined);
      });
    },
    async sleep(timeoutMs) {
      if (messages.length > 0) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (timeoutMs !== undefined) timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
    },
    wake: () => wake(),
    close: () => port1.close(),
  };
}

/** What the documents' clients take for granted of a browser, for the time of one test. */

/** A socket whose other end is the test. */
export class DocumentSocket {
  static readonly OPEN = 1;
  readonly readyState = 1;
  readonly sent: string[] = [];
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: unknown }) => void) | undefined;
  onclose: ((event: { code: number; reason: string }) => void) | undefined;

  constructor(readonly url: string) {
    opened.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.onclose?.({ code: 1000, reason: "" });
  }
}

let opened: DocumentSocket[] = [];

export interface DocumentBrowser {
  /** In the order in which clients opened them. */
  readonly sockets: readonly DocumentSocket[];
  /** Timers as they were set; none runs by itself. */
  readonly timers: readonly { readonly run: () => void; readonly delayMs: number }[];
  readonly status: { className: string };
}

/** Runs `act` with a `WebSocket`, `document`, `setTimeout` and `console` of its own, and puts the true ones back. */
export async function inBrowser(act: (browser: DocumentBrowser) => void | Promise<void>): Promise<void> {
  const timers: { run: () => void; delayMs: number }[] = [], status = { className: "" };
  opened = [];
  const silent = () => {};
  const stand = {
    WebSocket: DocumentSocket,
    document: { getElementById: () => status },
    setTimeout: (run: () => void, delayMs: number) => timers.push({ run, delayMs }),
    clearTimeout: silent,
    console: { ...console, log: silent, warn: silent, error: silent },
  };
  const before = Object.keys(stand).map((key) => [key, Object.getOwnPropertyDescriptor(globalThis, key)] as const);
  for (const [key, value] of Object.entries(stand)) {
    Object.defineProperty(globalThis, key, { value, configurable: true, writable: true });
  }
  try {
    await act({ sockets: opened, timers, status });
  } finally {
    for (const [key, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, key);
      else Object.defineProperty(globalThis, key, descriptor);
    }
  }
}

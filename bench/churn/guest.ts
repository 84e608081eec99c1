/** One visit to a running server, and what is written down about all of them. */
import { SocketClient } from "../../tests/helpers/socket_client.ts";

/** What the visits of a run came to. */
export interface GuestBook {
  /** Visits that were ended by the visitor, by what the visitor did. */
  readonly visits: Map<string, number>;
  /** Closed by the server, or never opened: what nobody asked for. */
  readonly unexpected: string[];
  /** Error events by code: a drag that somebody else took over, a limit. */
  readonly refusals: Map<string, number>;
  messages: number;
}

export function createGuestBook(): GuestBook {
  return { visits: new Map(), unexpected: [], refusals: new Map(), messages: 0 };
}

export const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

/** The code of an error event; absent for every other text. */
function errorCode(text: string): string | undefined {
  const { type, data } = JSON.parse(text);
  return type === "error" ? data.code : undefined;
}

export interface Invitation {
  readonly kind: string;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly book: GuestBook;
  readonly onMessage?: (message: Uint8Array, guest: Guest) => void;
}

export class Guest {
  #leaving = false;
  readonly #reading: Promise<void>;

  private constructor(private readonly client: SocketClient, private readonly invitation: Invitation) {
    this.#reading = this.#read();
  }

  /** Absent where the server would not have it, which is written down. */
  static async join(invitation: Invitation): Promise<Guest | undefined> {
    const { url, protocols, kind, book } = invitation;
    try {
      return new Guest(await SocketClient.connect(url, protocols), invitation);
    } catch (error) {
      book.unexpected.push(`${kind} did not get in: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  async #read(): Promise<void> {
    const { book, onMessage, kind } = this.invitation;
    const take = (message: Uint8Array | string): undefined => {
      book.messages++;
      if (typeof message !== "string") return onMessage?.(message, this), undefined;
      const code = errorCode(message);
      if (code !== undefined) count(book.refusals, code);
    };
    try {
      await this.client.next<never>(take);
    } catch (error) {
      if (!this.#leaving) book.unexpected.push(`${kind}: ${error instanceof Error ? error.message : error}`);
    }
  }

  send(message: Uint8Array<ArrayBuffer> | string): void {
    this.client.send(message);
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    await this.client.close();
    await this.#reading;
    count(this.invitation.book.visits, this.invitation.kind);
  }
}

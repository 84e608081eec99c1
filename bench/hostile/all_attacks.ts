import type { Attack } from "./attack.ts";
import { frameAttacks } from "./frame_attacks.ts";
import { handshakeAttacks } from "./handshake_attacks.ts";
import { messageAttacks } from "./message_attacks.ts";
import { readerAttacks } from "./reader_attacks.ts";

/** Every attack, in the order of the table. */
export const ATTACKS: readonly Attack[] = [...handshakeAttacks, ...frameAttacks, ...messageAttacks, ...readerAttacks];

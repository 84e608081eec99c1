/** The voice of a graph by its link, with the time, the randomness and the network of the page or process it runs in. */
import { systemClock } from "./clock.ts";
import { linkedServer } from "./link.ts";
import { probeSession } from "./probe.ts";
import { openBrowserSocket } from "./raw_socket.ts";
import { type VoiceEvents, VoiceSocket, voiceSocketUrl } from "./voice_socket.ts";

/**
 * Connects to a room of the server that printed `link` (`http://HOST:PORT/#token=…`), and keeps the connection.
 * @throws {TypeError} for a link that is no URL or carries no token.
 */
export function openVoice(
  link: string,
  on: Partial<VoiceEvents>,
  { room }: { readonly room?: string } = {},
): VoiceSocket {
  const { origin, token, rest } = linkedServer(link);
  const socket = new VoiceSocket({
    url: () => voiceSocketUrl(origin, { token, room }),
    openSocket: openBrowserSocket,
    clock: systemClock,
    wallNow: Date.now,
    random: Math.random,
    probe: () => probeSession(rest),
    on,
  });
  socket.connect();
  return socket;
}

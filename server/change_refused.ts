/** Why a change of the graph cannot be made. */

export type ChangeFault = "unknown_node" | "unknown_edge" | "exists" | "limit";

/** Why a change cannot be made; nothing of it was. */
export class ChangeRefused extends Error {
  override readonly name = "ChangeRefused";
  constructor(readonly code: ChangeFault, message: string) {
    super(message);
  }
}

/** @throws {ChangeRefused} Code `limit`. */
export function checkRoom(what: string, count: number, most: number): void {
  if (count > most) throw new ChangeRefused("limit", `A graph has at most ${most} ${what}; this would be ${count}.`);
}

export function unknownNode(key: string): ChangeRefused {
  return new ChangeRefused("unknown_node", `There is no node ${JSON.stringify(key)}.`);
}

export function unknownEdge(source: string, target: string, type: string | undefined): ChangeRefused {
  const kind = type === undefined ? "" : ` of type ${JSON.stringify(type)}`;
  return new ChangeRefused(
    "unknown_edge",
    `There is no edge${kind} from ${JSON.stringify(source)} to ${JSON.stringify(target)}.`,
  );
}

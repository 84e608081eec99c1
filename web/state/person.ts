/** People as the page and the scene show them. */
import type { Camera, Participant } from "../../protocol/graph/presence.ts";

export type { Camera, Vector } from "../../protocol/graph/presence.ts";

/** Colours for people in the style sheet. */
export const PERSON_TONES = 6;

/** Somebody as the page shows them. */
export interface Person {
  readonly participant: number;
  readonly name: string;
  readonly role: Participant["role"];
  /** Which of the style sheet's colours, where they have none of their own. */
  readonly tone: number;
  readonly color?: string;
}

/** Somebody else, as the scene shows them. */
export interface Other extends Person {
  readonly selected?: number;
  readonly held: readonly number[];
  readonly camera?: Camera;
}

/** Everybody by a name that is theirs alone: who shares it with others has a number too. */
export function peopleOf(participants: readonly Participant[]): Person[] {
  const known = participants.map((one) => one.name ?? one.user), counts = new Map<string, number>();
  for (const name of known) counts.set(name, (counts.get(name) ?? 0) + 1);
  return participants.map(({ participant, role, color }, index) => ({
    ...{ participant, role, color },
    name: counts.get(known[index]) === 1 ? known[index] : `${known[index]} ${participant}`,
    tone: participant % PERSON_TONES,
  }));
}

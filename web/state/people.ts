/** The other people at this graph: who they are, what they have selected or hold, where they look. */
import type {
  Introduction,
  ParticipantCamera,
  ParticipantNode,
  ParticipantsData,
  ReleasedData,
} from "../../protocol/graph/presence.ts";
import { type AppState, notify } from "./app_state.ts";
import { type Other, peopleOf } from "./person.ts";
import type { ScenePort } from "./scene_port.ts";

export interface PeopleParts {
  readonly state: AppState;
  readonly scene: () => Pick<ScenePort, "showOthers" | "letGo"> | undefined;
  readonly introduce: (introduction: Introduction) => void;
  readonly remember: (name: string) => void;
}

export class People {
  readonly #parts: PeopleParts;
  #selections: readonly ParticipantNode[] = [];
  #holds: readonly ParticipantNode[] = [];
  #cameras: readonly ParticipantCamera[] = [];

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** A name for oneself; an empty one is none. */
  introduce(name: string): void {
    const { state, introduce, remember } = this.#parts;
    const own = name.trim();
    state.ownName.value = own;
    remember(own);
    introduce(own === "" ? {} : { name: own });
  }

  participants({ participants, count }: ParticipantsData): void {
    this.#parts.state.people.value = { persons: peopleOf(participants), count };
    this.show();
  }

  selections(selections: readonly ParticipantNode[]): void {
    this.#selections = selections;
    this.show();
  }

  holds(holds: readonly ParticipantNode[]): void {
    this.#holds = holds;
    this.show();
  }

  cameras(cameras: readonly ParticipantCamera[]): void {
    this.#cameras = cameras;
    this.show();
  }

  /** A node that somebody took is out of the hand, and the hand's owner is told; one that rested is held again when it moves. */
  released({ id, reason, by }: ReleasedData): void {
    const { state, scene } = this.#parts;
    if (reason !== "taken") return;
    const label = scene()?.letGo(id) ?? `node ${id}`;
    const name = state.people.peek()?.persons.find(({ participant }) => participant === by?.participant)?.name;
    notify(state, "info", `${name ?? by?.user ?? "Somebody"} has taken ${label} from your hand.`, { topic: "taken" });
  }

  /** The connection is lost: nobody is known any more. */
  forget(): void {
    this.#selections = this.#holds = this.#cameras = [];
    this.#parts.state.people.value = undefined;
    this.show();
  }

  /** Shows the others anew; to be called also when one's own number is known. */
  show(): void {
    const { state, scene } = this.#parts, own = state.status.peek()?.participant;
    const persons = state.people.peek()?.persons ?? [];
    scene()?.showOthers(
      persons.filter(({ participant }) => participant !== own).map((person): Other => {
        const isTheirs = ({ participant }: { readonly participant: number }) => participant === person.participant;
        const camera = this.#cameras.find(isTheirs);
        return {
          ...person,
          selected: this.#selections.find(isTheirs)?.id,
          held: this.#holds.filter(isTheirs).map(({ id }) => id),
          camera: camera && { position: camera.position, target: camera.target },
        };
      }),
    );
  }
}

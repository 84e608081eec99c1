import { Users } from "lucide-preact";
import type { Person } from "../state/person.ts";
import { useApp } from "./app_context.ts";
import { plural } from "./format.ts";

/** As the server takes it. */
const NAME_LENGTH = 64;

/** How many people are here; pressed, who they are. */
export function People() {
  const { state, view } = useApp(), here = state.people.value, isOpen = state.openPanels.value.has("people");
  if (here === undefined) return null;
  const label = here.count === 1 ? "Nobody else is here" : `${here.count} people are here`;
  return (
    <>
      <button
        type="button"
        class="people-button"
        aria-label={label}
        aria-expanded={isOpen}
        data-tip={isOpen ? undefined : label}
        data-tip-side="below"
        onClick={() => view.toggle("people")}
      >
        <Users size={18} strokeWidth={1.75} aria-hidden="true" />
        {here.count > 1 && <span class="number">{here.count}</span>}
      </button>
      {isOpen && <PeoplePanel persons={here.persons} count={here.count} />}
    </>
  );
}

function PeoplePanel({ persons, count }: { persons: readonly Person[]; count: number }) {
  const { state, view, people } = useApp(), own = state.status.value?.participant;
  return (
    <section
      class="panel people"
      aria-label="People"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        view.close("people");
      }}
    >
      <label class="people-name">
        <span class="panel-title">Your name here</span>
        <input
          type="text"
          class="field"
          maxLength={NAME_LENGTH}
          placeholder={persons.find(({ participant }) => participant === own)?.name}
          value={state.ownName.value}
          onChange={(event) => people.introduce(event.currentTarget.value)}
        />
      </label>
      <ul>
        {persons.map((person) => (
          <li key={person.participant}>
            <span
              class="type-dot"
              aria-hidden="true"
              style={{ backgroundColor: person.color ?? `var(--person-${person.tone})` }}
            />
            <span class="grow ellipsis" title={person.name}>{person.name}</span>
            <span class="muted">{person.participant === own ? "you" : person.role}</span>
          </li>
        ))}
      </ul>
      {count > persons.length && <p class="muted">And {plural(count - persons.length, "other")}.</p>}
    </section>
  );
}

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Search as SearchIcon, X } from "lucide-preact";
import type { Legend, SearchResult } from "../state/app_state.ts";
import { useApp } from "./app_context.ts";
import { focusScene, Key, TypeDot } from "./controls.tsx";
import { formatCount, plural } from "./format.ts";

const DEBOUNCE_MS = 120;

type SearchHit = SearchResult["nodes"][number];

/** The palette slot of a type, where the legend has one. */
export function slotOf(legend: Legend, type: string): number | undefined {
  return legend.kind === "types" ? legend.entries.find((entry) => entry.name === type)?.slot : undefined;
}

type Answer =
  & { readonly query: string }
  & (
    | { readonly kind: "found"; readonly result: SearchResult }
    | { readonly kind: "failed"; readonly message: string }
  );

/** Asks the server as one types; a newer question cancels the older one. */
function useAnswer(query: string) {
  const { graph } = useApp(), answer = useSignal<Answer | undefined>(undefined);
  useEffect(() => {
    if (query.trim() === "") {
      answer.value = undefined;
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const found = await graph.search(query.trim(), stop.signal);
      if (stop.signal.aborted) return;
      answer.value = found.ok
        ? { kind: "found", query, result: found.value }
        : { kind: "failed", query, message: found.error.message };
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query]);
  return answer.value;
}

/** The page's own search: whom it finds is visited. */
export function Search() {
  const { graph } = useApp();
  return <NodeSearch name="search" label="Find a node" shortcut="/" onChoose={(node) => graph.visit(node.id)} />;
}

export interface NodeSearchProps {
  /** Unlike any other on the page. */
  readonly name: string;
  readonly label: string;
  /** A key that leads here from elsewhere. */
  readonly shortcut?: string;
  /** In a panel: takes the keyboard at once, and what it finds stands below it. */
  readonly place?: "panel";
  readonly onChoose: (node: SearchHit) => void;
  /** Escape was pressed where there is nothing to clear. */
  readonly onLeave?: () => void;
}

export function NodeSearch({ name, label, shortcut, place, onChoose, onLeave }: NodeSearchProps) {
  const { state } = useApp(), query = useSignal(""), active = useSignal(0), open = useSignal(false);
  const input = useRef<HTMLInputElement>(null), answer = useAnswer(query.value);
  const nodes = answer?.kind === "found" ? answer.result.nodes : [];
  const showing = open.value && answer !== undefined && query.value.trim() !== "";

  // Enter may come before the answer does: then the answer is followed, not what an older question found.
  const eager = useSignal(false), current = answer?.query === query.value;
  useEffect(() => {
    if (!eager.value || !current) return;
    eager.value = false;
    if (nodes.length > 0) choose(nodes[0]);
  }, [answer]);
  // Before the next key: one that is typed at once is meant for here.
  useLayoutEffect(() => {
    if (place === "panel") input.current?.focus({ preventScroll: true });
  }, []);

  function choose(node: SearchHit): void {
    open.value = false;
    query.value = "";
    onChoose(node);
    focusScene();
  }

  function leave(): void {
    if (query.value !== "") return;
    input.current?.blur();
    onLeave?.();
  }

  function key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : nodes.length - 1;
      if (nodes.length > 0) active.value = (active.value + step) % nodes.length;
      open.value = true;
    } else if (event.key === "Enter" && query.value.trim() !== "") {
      if (!current) eager.value = true;
      else if (nodes.length > 0) choose(nodes[Math.min(active.value, nodes.length - 1)]);
    } else if (event.key === "Escape") {
      leave();
      query.value = "";
      event.stopPropagation();
    } else return;
    event.preventDefault();
  }

  return (
    <search class="search" data-place={place}>
      <SearchIcon size={16} strokeWidth={2} aria-hidden="true" />
      <input
        ref={input}
        id={name}
        type="text"
        role="combobox"
        placeholder={label}
        aria-label={label}
        aria-expanded={showing}
        aria-controls={`${name}-results`}
        aria-autocomplete="list"
        aria-activedescendant={showing && nodes.length > 0 ? `${name}-${active.value}` : undefined}
        autocomplete="off"
        spellcheck={false}
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
          active.value = 0;
          eager.value = false;
          open.value = true;
        }}
        onFocus={(event) => {
          event.currentTarget.select();
          open.value = true;
        }}
        onBlur={() => open.value = false}
        onKeyDown={key}
      />
      {query.value === ""
        ? shortcut && <Key>{shortcut}</Key>
        : (
          <button type="button" class="search-clear" aria-label="Clear search" onClick={() => query.value = ""}>
            <X size={14} aria-hidden="true" />
          </button>
        )}
      <div class="panel search-results" hidden={!showing}>
        <ul id={`${name}-results`} role="listbox" aria-label="Nodes found">
          {nodes.map((node, index) => (
            <li
              key={node.id}
              id={`${name}-${index}`}
              role="option"
              aria-selected={index === active.value}
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => active.value = index}
              onClick={() => choose(node)}
            >
              <TypeDot slot={slotOf(state.legend.value, node.type)} />
              <span class="grow ellipsis">{node.label}</span>
              <span class="muted ellipsis result-type">{node.type}</span>
              <span class="muted number">{formatCount(node.degree)}</span>
            </li>
          ))}
        </ul>
        <p class="muted search-note" role="status">{noteOf(answer)}</p>
      </div>
    </search>
  );
}

function noteOf(answer: Answer | undefined): string {
  if (answer === undefined) return "";
  if (answer.kind === "failed") return answer.message;
  const { total, nodes } = answer.result;
  if (total === 0) return `No node matches “${answer.query.trim()}”.`;
  return total > nodes.length ? `${formatCount(nodes.length)} of ${plural(total, "node")}` : plural(total, "node");
}

import { X } from "lucide-preact";
import type { FoundPath, PathEnd, PathMeasure, PathState } from "../state/app_state.ts";
import { useApp } from "./app_context.ts";
import { IconButton, TypeDot } from "./controls.tsx";
import { formatValue, plural } from "./format.ts";
import { NodeSearch, slotOf } from "./search.tsx";

const MEASURES: readonly (readonly [PathMeasure, string])[] = [["hops", "Fewest links"], ["length", "Least weight"]];

const nameOf = ({ id, label }: PathEnd) => label ?? `node ${id}`;

/** The way from one node to another: choosing its end, then its stations; nothing where nobody asked for one. */
export function PathCard() {
  const { state, paths } = useApp(), shown = state.path.value;
  if (shown.kind === "none") return null;
  return (
    <section class="path" aria-label="Path">
      <header class="path-head">
        <h3 class="panel-title grow">{titleOf(shown)}</h3>
        <IconButton icon={X} label="Put the path away" shortcut="Esc" tip="below-end" onPress={() => paths.clear()} />
      </header>
      {shown.kind === "choosing" ? <Choosing /> : <Measures />}
      <p class="path-note" role="status">{noteOf(shown)}</p>
      {shown.kind === "found" && <Stations path={shown.path} />}
    </section>
  );
}

function titleOf(shown: Exclude<PathState, { kind: "none" }>) {
  const from = <b>{nameOf(shown.from)}</b>;
  if (shown.kind === "choosing") return <>Path from {from} to…</>;
  return (
    <>
      Path from {from} to <b>{nameOf(shown.to)}</b>
    </>
  );
}

function noteOf(shown: PathState): string {
  switch (shown.kind) {
    case "none":
      return "";
    case "choosing":
      return "Name the other end, or point at it in the graph.";
    case "finding":
      return "Looking for the way…";
    case "apart":
      return "There is no way: they are in different parts of the graph.";
    case "failed":
      return shown.message;
    case "found":
      return `${plural(shown.path.hops, "link")} · weight ${formatValue(shown.path.length)}`;
  }
}

function Choosing() {
  const { paths } = useApp();
  return (
    <NodeSearch
      name="path-end"
      label="Find the other end"
      place="panel"
      onChoose={(node) => void paths.findTo(node)}
      onLeave={() => paths.clear()}
    />
  );
}

function Measures() {
  const { state, paths } = useApp(), { value: chosen } = state.pathMeasure;
  return (
    <div class="choices" role="group" aria-label="Shortest by">
      {MEASURES.map(([measure, words]) => (
        <button
          key={measure}
          type="button"
          class="choice"
          aria-pressed={measure === chosen}
          onClick={() => paths.setMeasure(measure)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

function Stations({ path: { nodes, edges } }: { path: FoundPath }) {
  const { state, graph } = useApp(), { value: selected } = state.selection;
  return (
    <ol class="stations" tabIndex={0} aria-label="Stations of the path">
      {nodes.map((node, index) => (
        <li key={node.id}>
          {index > 0 && edges[index - 1].type !== "" && <span class="link-type muted">{edges[index - 1].type}</span>}
          <button
            type="button"
            aria-current={node.id === selected ? "true" : undefined}
            onClick={() => graph.visit(node.id)}
          >
            <TypeDot slot={slotOf(state.legend.value, node.type)} />
            <span class="grow ellipsis">{node.label}</span>
            <span class="muted go" aria-hidden="true">Go</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

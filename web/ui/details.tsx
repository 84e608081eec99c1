import { ArrowLeft, ArrowLeftRight, ArrowRight, LocateFixed, Pin, Route, X } from "lucide-preact";
import { canEdit, type NodeDetails } from "../state/app_state.ts";
import { useApp } from "./app_context.ts";
import { IconButton, TypeDot } from "./controls.tsx";
import { formatCount, formatValue, plural } from "./format.ts";
import { PathCard } from "./path_card.tsx";
import { slotOf } from "./search.tsx";
import { VIEWER_SENTENCE } from "./toolbar.tsx";

const DIRECTIONS = { in: ArrowLeft, out: ArrowRight, both: ArrowLeftRight };
const DIRECTION_WORDS = { in: "from", out: "to", both: "to and from" };

export function Details() {
  const { state, graph } = useApp(), details = state.details.value;
  if (details.kind === "none") return state.path.value.kind === "none" ? null : <LonePath />;
  return (
    <aside class="panel details" aria-label="Selected node">
      <div class="details-close">
        <IconButton icon={X} label="Close" shortcut="Esc" tip="below-end" onPress={() => graph.select(undefined)} />
      </div>
      {details.kind === "loading" && <p class="details-note muted" role="status">Reading node {details.id}…</p>}
      {details.kind === "failed" && (
        <div class="details-note" role="alert">
          <p>{details.message}</p>
          <button type="button" class="button" onClick={() => graph.readDetails()}>Try again</button>
        </div>
      )}
      {details.kind !== "ready" && <PathCard />}
      {details.kind === "ready" && <NodeCard node={details.node} />}
    </aside>
  );
}

/** A path outlives the selection that it began with. */
function LonePath() {
  return (
    <aside class="panel details" aria-label="Path">
      <PathCard />
    </aside>
  );
}

function NodeCard({ node }: { node: NodeDetails }) {
  const { state, graph, paths } = useApp(), pinned = state.pins.value.has(node.id);
  const editor = canEdit(state.session.value);
  return (
    <>
      <header class="details-head">
        <p class="details-type muted">
          <TypeDot slot={slotOf(state.legend.value, node.type)} />
          <span class="ellipsis">{node.type === "" ? "Node" : node.type}</span>
        </p>
        <h2 title={node.label}>{node.label}</h2>
        <p class="muted number">
          {plural(node.degree, "link")}
          {node.key !== node.label && <span class="key-text">· {node.key}</span>}
        </p>
        <div class="details-actions">
          <button type="button" class="button" onClick={() => graph.visit(node.id)}>
            <LocateFixed size={16} aria-hidden="true" /> Go there
          </button>
          <button type="button" class="button" onClick={() => paths.begin(node)}>
            <Route size={16} aria-hidden="true" /> Path to…
          </button>
          <button
            type="button"
            class="button"
            aria-pressed={pinned}
            aria-disabled={!editor}
            data-tip={editor ? undefined : VIEWER_SENTENCE}
            data-tip-side="below-end"
            onClick={() => graph.togglePin()}
          >
            <Pin size={16} aria-hidden="true" /> {pinned ? "Pinned" : "Pin"}
          </button>
        </div>
      </header>
      <PathCard />
      <div class="details-scroll" tabIndex={0} role="group" aria-label="Attributes and neighbours">
        <Attributes attributes={node.attributes} />
        <Neighbours node={node} />
      </div>
    </>
  );
}

function Attributes({ attributes }: { attributes: NodeDetails["attributes"] }) {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return null;
  return (
    <section>
      <h3 class="panel-title">Attributes</h3>
      <dl class="attributes">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt class="muted">{name}</dt>
            <dd>{formatValue(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Neighbours({ node }: { node: NodeDetails }) {
  const { state, graph } = useApp(), { neighbours, neighbour_count: total } = node;
  if (total === 0) return <p class="muted details-note">This node has no neighbours.</p>;
  return (
    <section>
      <h3 class="panel-title">
        Neighbours <span class="muted number">{formatCount(total)}</span>
      </h3>
      <ul class="neighbours">
        {neighbours.map((other, index) => {
          const Direction = DIRECTIONS[other.direction], words = DIRECTION_WORDS[other.direction];
          return (
            <li key={index}>
              <button type="button" onClick={() => graph.visit(other.id)}>
                <TypeDot slot={slotOf(state.legend.value, other.type)} />
                <span class="grow ellipsis">{other.label}</span>
                {other.edgeType ? <span class="muted ellipsis edge-type">{other.edgeType}</span> : null}
                <Direction size={14} strokeWidth={1.75} aria-label={words} role="img" class="muted" />
              </button>
            </li>
          );
        })}
      </ul>
      {neighbours.length < total && (
        <p class="muted details-more">The first {formatCount(neighbours.length)} of {formatCount(total)}.</p>
      )}
    </section>
  );
}

import { useEffect } from "preact/hooks";
import { X } from "lucide-preact";
import type { Notice } from "../state/app_state.ts";
import { useApp } from "./app_context.ts";

const SHOWN_MS = 6_000;

export function Notices() {
  const { state } = useApp();
  return (
    <div class="notices" role="log" aria-label="Notices" aria-live="polite">
      {state.notices.value.map((notice) => <NoticeCard key={notice.id} notice={notice} />)}
    </div>
  );
}

function NoticeCard({ notice }: { notice: Notice }) {
  const { view } = useApp();
  useEffect(() => {
    if (notice.tone === "problem") return;
    const timer = setTimeout(() => view.dismiss(notice.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice.id]);
  return (
    <div class="panel notice" data-tone={notice.tone}>
      <span class="grow">{notice.text}</span>
      <button type="button" class="search-clear" aria-label="Dismiss" onClick={() => view.dismiss(notice.id)}>
        <X size={14} aria-hidden="true" />
      </button>
    </div>
  );
}

/** The name beside the node under the pointer. Follows it in every frame without touching component state. */
export interface HoverTag {
  show(text: { label: string; note: string } | undefined): void;
  /** CSS pixels in a scene that is `within` wide. Cost: no layout; the tag is measured when it is shown. */
  place(x: number, y: number, within: number): void;
}

export function createHoverTag(host: HTMLElement): HoverTag {
  const tag = host.appendChild(document.createElement("div"));
  tag.className = "hover-tag";
  tag.hidden = true;
  tag.setAttribute("aria-hidden", "true");
  const name = tag.appendChild(document.createElement("strong")),
    note = tag.appendChild(document.createElement("span"));
  let width = 0, height = 0;
  return {
    show(text) {
      tag.hidden = text === undefined;
      name.textContent = text?.label ?? "";
      note.textContent = text?.note ?? "";
      width = tag.offsetWidth;
      height = tag.offsetHeight;
    },
    place(x, y, within) {
      const left = x + width + 24 > within ? x - width - 12 : x + 12;
      tag.style.transform = `translate(${Math.round(left)}px, ${Math.round(y - height - 8)}px)`;
    },
  };
}

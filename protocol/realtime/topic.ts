/**
 * Topics and patterns of the realtime service.
 *
 * A topic is 1 to 16 segments joined by dots, of letters, marks, digits, `_`, `-`, `:` and `@`: `chat.general`.
 * In a pattern a segment may be `*`, any one segment, and the last may be `**`, the rest: one segment or more.
 */
export const TOPIC_MAX_LENGTH = 256;
export const TOPIC_MAX_SEGMENTS = 16;

const SEGMENT = /^[\p{L}\p{M}\p{N}_:@-]+$/u;

/** Absent for a text that is too long or has too many segments. */
function segmentsOf(text: string): readonly string[] | undefined {
  const segments = text.length <= TOPIC_MAX_LENGTH ? text.split(".") : [];
  return segments.length >= 1 && segments.length <= TOPIC_MAX_SEGMENTS ? segments : undefined;
}

export function isTopic(text: string): boolean {
  return segmentsOf(text)?.every((segment) => SEGMENT.test(segment)) ?? false;
}

/** Every topic is a pattern too: the one that matches only itself. */
export function isTopicPattern(text: string): boolean {
  const segments = segmentsOf(text) ?? [], last = segments.length - 1;
  const isPart = (segment: string) => segment === "*" || SEGMENT.test(segment);
  return last >= 0 && segments.slice(0, last).every(isPart) && (segments[last] === "**" || isPart(segments[last]));
}

function endOfSegment(text: string, start: number): number {
  const dot = text.indexOf(".", start);
  return dot === -1 ? text.length : dot;
}

/** Whether a message on `topic` reaches a subscription to `pattern`; both are valid. Cost: linear, no backtracking. */
export function matchesTopic(pattern: string, topic: string): boolean {
  let p = 0, t = 0;
  while (p <= pattern.length && t <= topic.length) {
    const pEnd = endOfSegment(pattern, p), tEnd = endOfSegment(topic, t);
    const wanted = pattern.slice(p, pEnd);
    if (wanted === "**") return true;
    if (wanted !== "*" && wanted !== topic.slice(t, tEnd)) return false;
    p = pEnd + 1;
    t = tEnd + 1;
  }
  return p > pattern.length && t > topic.length;
}

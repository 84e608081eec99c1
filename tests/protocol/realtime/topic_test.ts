import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isTopic,
  isTopicPattern,
  matchesTopic,
  TOPIC_MAX_LENGTH,
  TOPIC_MAX_SEGMENTS,
} from "../../../protocol/realtime/topic.ts";

Deno.test("[RT-10] topics: segments of letters, marks, digits and _ - : @, joined by dots", () => {
  const topics = ["notifications", "chat.general", "a", "projects.7f-3_b", "user:ada@home", "räume.größe.日本", "का.1"];
  for (const topic of topics) assert.equal(isTopic(topic), true, topic);
  const refused = ["", ".", "a.", ".a", "a..b", "a b", "a.*", "**", "a>b", "a/b", "a\n", "a\u0000", "😀", "a.b*"];
  for (const topic of refused) assert.equal(isTopic(topic), false, JSON.stringify(topic));
});

Deno.test("[RT-10] topics: at most 16 segments and 256 characters", () => {
  assert.deepEqual([TOPIC_MAX_SEGMENTS, TOPIC_MAX_LENGTH], [16, 256]);
  assert.equal(isTopic(Array(16).fill("a").join(".")), true);
  assert.equal(isTopic(Array(17).fill("a").join(".")), false);
  assert.equal(isTopic("a".repeat(256)), true);
  assert.equal(isTopic("a".repeat(257)), false);
  assert.equal(isTopicPattern("a".repeat(257)), false);
});

Deno.test("[RT-11] patterns: * is a whole segment, ** the last one", () => {
  for (const pattern of ["chat.general", "*", "**", "updates.*", "*.general", "a.*.c", "a.**", "*.**", "*.*"]) {
    assert.equal(isTopicPattern(pattern), true, pattern);
  }
  for (const pattern of ["", "a*", "*a", "**.a", "a.**.b", "***", "a.", "a..*", ".*", "> "]) {
    assert.equal(isTopicPattern(pattern), false, pattern);
  }
});

Deno.test("[RT-11] patterns: * stands for one segment, ** for one or more", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["chat.general", "chat.general", true],
    ["chat.general", "chat.General", false],
    ["chat.general", "chat", false],
    ["chat", "chat.general", false],
    ["chat", "chatter", false],
    ["updates.*", "updates.a", true],
    ["updates.*", "updates", false],
    ["updates.*", "updates.a.b", false],
    ["*", "a", true],
    ["*", "a.b", false],
    ["*.b", "a.b", true],
    ["*.b", "a.c", false],
    ["a.*.c", "a.b.c", true],
    ["a.*.c", "a.c", false],
    ["a.*.c", "a.b.b.c", false],
    ["**", "a", true],
    ["**", "a.b.c", true],
    ["a.**", "a.b", true],
    ["a.**", "a.b.c.d", true],
    ["a.**", "a", false],
    ["a.**", "b.a", false],
    ["*.**", "a.b", true],
    ["*.**", "a", false],
    ["a.*.**", "a.b.c.d", true],
    ["a.*.**", "a.b", false],
  ];
  for (const [pattern, topic, expected] of cases) {
    assert.equal(matchesTopic(pattern, topic), expected, `${pattern} on ${topic}`);
  }
});

const segment = fc.constantFrom("a", "b", "ab", "日");
const topics = fc.array(segment, { minLength: 1, maxLength: 6 });

/** The definition, by recursion over segments. */
function matches(pattern: readonly string[], topic: readonly string[]): boolean {
  if (pattern.length === 0 || topic.length === 0) return pattern.length === topic.length;
  if (pattern[0] === "**") return true;
  return (pattern[0] === "*" || pattern[0] === topic[0]) && matches(pattern.slice(1), topic.slice(1));
}

Deno.test("[RT-11] patterns: the matcher is the definition, and every topic matches itself", () => {
  const wild = fc.array(fc.oneof(segment, fc.constant("*")), { maxLength: 5 });
  const patterns = fc.tuple(wild, fc.constantFrom("a", "*", "**")).map(([first, last]) => [...first, last]);
  fc.assert(
    fc.property(patterns, topics, (pattern, topic) => {
      assert.ok(isTopicPattern(pattern.join(".")) && isTopic(topic.join(".")));
      assert.equal(matchesTopic(pattern.join("."), topic.join(".")), matches(pattern, topic));
      assert.equal(matchesTopic(topic.join("."), topic.join(".")), true);
    }),
    { seed: 11, numRuns: 2000 },
  );
});

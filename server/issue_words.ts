/** Why a value was refused, in the words of this program and not of the package that checks it. */
import * as v from "valibot";

type Issue = v.BaseIssue<unknown>;

const LONGEST_QUOTE = 40;

const NOUNS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  Object: "an object",
  Array: "a list",
};

const quote = (text: string) => text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE)}…`;

/** `("a" | "b")` and the like. */
function nounOf(expected: string): string {
  const parts = expected.replace(/^\(|\)$/g, "").split(" | ").map((part) => NOUNS[part] ?? part);
  return parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(", ")} or ${parts[parts.length - 1]}`;
}

function bound(issue: Issue): string | undefined {
  const [, sign, number] = issue.expected?.match(/^([<>]=)(.+)$/) ?? [];
  if (sign === undefined) return undefined;
  if (!issue.type.endsWith("_length")) return `must be ${number} or ${sign === ">=" ? "more" : "less"}`;
  return `must have a length of at ${sign === ">=" ? "least" : "most"} ${number}`;
}

/** As valibot asks for messages: those that a schema has of its own come before. Without a full stop. */
export function issueMessage(issue: Issue): string {
  if (issue.received === "undefined") return "is missing";
  if (issue.expected === "never") return "is not known here";
  const wanted = bound(issue) ?? `must be ${issue.type === "integer" ? "a whole number" : nounOf(`${issue.expected}`)}`;
  return `${wanted}, not ${NOUNS[issue.received] ?? quote(issue.received)}`;
}

/** One sentence about the first thing that is wrong, with the path to it. */
export function problemOf(issues: readonly [Issue, ...Issue[]]): string {
  const [issue] = issues, path = v.getDotPath(issue);
  return `${path === null ? "" : `${path}: `}${issue.message}.`;
}

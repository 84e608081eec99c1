/**
 * Refuses a rule of `docs/protocol/` that no test names, and a test that names a rule which is not there: run as
 * `deno run -A tools/check_rules.ts`. A rule is a list item that begins with its ID in bold, `- **V2-3** …`; a test
 * names its rules at the start of its title, `"[V2-3] …"` or `"[V2-3] [V4-4] …"`.
 */
import { join, relative } from "node:path";
import { listSources, ROOT } from "./module_graph.ts";

/** Path of a file → its text. */
export type Texts = ReadonlyMap<string, string>;

const RULE = /^\s*[-*] \*\*([A-Z][A-Z0-9]*-\d+)\*\*/gm;
const TITLE = /["'`]((?:\[[A-Z][A-Z0-9]*-\d+\] )+)/g;

/** ID → the files that have it, in the order they are given; a file twice where it has the ID twice. */
function collect(texts: Texts, idsOf: (text: string) => Iterable<string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [path, text] of texts) {
    for (const id of idsOf(text)) found.set(id, [...found.get(id) ?? [], path]);
  }
  return found;
}

function* idsOfDocument(text: string): Generator<string> {
  for (const [, id] of text.matchAll(RULE)) yield id;
}

function* idsOfTests(text: string): Generator<string> {
  for (const [, names] of text.matchAll(TITLE)) yield* names.trim().slice(1, -1).split("] [");
}

/** What is wrong, a sentence each: rules without a test, rules told twice, tests of rules that are not there. */
export function findProblems(documents: Texts, tests: Texts): string[] {
  const rules = collect(documents, idsOfDocument), proofs = collect(tests, idsOfTests), problems: string[] = [];
  for (const [id, paths] of rules) {
    if (paths.length > 1) problems.push(`Rule ${id} is told ${paths.length} times: ${paths.join(", ")}.`);
    if (!proofs.has(id)) problems.push(`Rule ${id} of ${paths[0]} has no test: no title begins with [${id}].`);
  }
  for (const [id, paths] of proofs) {
    if (!rules.has(id)) problems.push(`A test in ${paths[0]} names the rule ${id}, which no document has.`);
  }
  return problems;
}

async function readTexts(paths: readonly string[]): Promise<Texts> {
  const texts = await Promise.all(paths.map((path) => Deno.readTextFile(path)));
  return new Map(paths.map((path, index) => [relative(ROOT, path).replaceAll("\\", "/"), texts[index]]));
}

if (import.meta.main) {
  const folder = join(ROOT, "docs", "protocol");
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".md")).sort();
  const documents = await readTexts(names.map((name) => join(folder, name)));
  const tests = await readTexts(listSources(join(ROOT, "tests")));
  const problems = findProblems(documents, tests);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) Deno.exit(1);
  console.log(`Every rule of ${documents.size} documents has a test.`);
}

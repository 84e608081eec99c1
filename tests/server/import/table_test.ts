import assert from "node:assert/strict";
import { IMPORT_LIMITS } from "../../../server/import/mod.ts";
import { edgesOf, errorOf, readFiles, typesOf } from "./read_files.ts";

const read = (csv: string, name = "g.csv") => readFiles({ [name]: csv });
const failure = (csv: string, name = "g.csv") => errorOf({ [name]: csv });

Deno.test("edge lists without heading, by every separator", async () => {
  for (const [name, separator] of [["g.csv", ","], ["g.csv", ";"], ["g.tsv", "\t"], ["g.csv", "|"], ["g.txt", " "]]) {
    const graph = await read(["0 1 1.0", "1 2 2.5", "2 2 1"].join("\n").replaceAll(" ", separator), name);
    assert.deepEqual(edgesOf(graph), ["0>1", "1>2 x2.5", "2>2"], separator);
    assert.deepEqual(graph.notes, ["1 self-loop was kept; self-loops exert no force."]);
  }
  const names = await read("New York,Boston\nBoston,Los Angeles\n");
  assert.deepEqual(edgesOf(names), ["New York>Boston", "Boston>Los Angeles"]);
  assert.deepEqual(names.notes, [
    "No heading was recognised, so the first line was read as an edge: New York Boston. If it is a heading, name its columns source and target.",
  ]);
});

Deno.test("third and fourth column without heading: type and weight in either order", async () => {
  assert.deepEqual(edgesOf(await read("a,b,knows,2\nb,c,likes,3\n")), ["a>b x2 knows", "b>c x3 likes"]);
  assert.deepEqual(edgesOf(await read("a,b,2,knows\nb,c,3,likes\n")), ["a>b x2 knows", "b>c x3 likes"]);
  assert.deepEqual(edgesOf(await read("a b knows\nb c likes\n", "g.txt")), ["a>b knows", "b>c likes"]);
});

Deno.test("SNAP: comments, tabs or spaces, runs of blanks, Windows line ends", async () => {
  const snap = "# Directed graph\r\n# Nodes: 3 Edges: 2\r\n# FromNodeId\tToNodeId\r\n0\t1\r\n1\t2\r\n";
  assert.deepEqual(edgesOf(await read(snap, "g.txt")), ["0>1", "1>2"]);
  assert.deepEqual(edgesOf(await read("% sym\n  0   1\n\n# more\n1 \t 2  \n", "g.edges")), ["0>1", "1>2"]);
  assert.equal((await read("# Nodes: 0 Edges: 0\n", "g.txt")).keys.length, 0);
  assert.deepEqual(edgesOf(await read("#metoo,#blm\n#blm,#art\n")), ["#metoo>#blm", "#blm>#art"]);
});

Deno.test("headings in any order and letter case, with synonyms", async () => {
  const edges = ["a>b x2 knows", "b>c x1.5 likes"];
  assert.deepEqual(edgesOf(await read("source,target,type,weight\na,b,knows,2\nb,c,likes,1.5")), edges);
  assert.deepEqual(edgesOf(await read("Weight;TYPE;Target;Source\n2;knows;b;a\n1.5;likes;c;b")), edges);
  assert.deepEqual(edgesOf(await read("from\tto\tvalue\trelation\na\tb\t2\tknows\nb\tc\t1.5\tlikes", "g.tsv")), edges);
  assert.deepEqual(edgesOf(await read("src dst kind strength\na b knows 2\nb c likes 1.5", "g.txt")), edges);
  assert.deepEqual(edgesOf(await read("source_id|target_id|x|weight\na|b|9|2\nb|c|9|")), ["a>b x2", "b>c"]);
});

Deno.test("what real CSV does: quotes, separators and line ends in cells, blanks, byte order mark", async () => {
  const graph = await read(
    '\ufeffsource,target,type\r\n"Lee, Ann" , "say ""hi""","two\r\nlines"\r\n Bob,5" disk,\r\n\r\n',
  );
  assert.deepEqual(graph.keys, ["Lee, Ann", 'say "hi"', "Bob", '5" disk']);
  assert.deepEqual(graph.edgeTypeNames, ["", "two\r\nlines"]);
});

Deno.test("a table of nodes alone; columns of numbers become numbers", async () => {
  const graph = await read(
    "id,label,group,age,code,mixed,x,y\n1,A,g,30,007,1,1.5,2\n2,,,4.5,008,n/a,3,4\n3,C,h,,009\n",
  );
  assert.deepEqual(graph.keys, ["1", "2", "3"]);
  assert.deepEqual(graph.labels, ["A", "2", "C"]);
  assert.deepEqual(typesOf(graph), ["g", "", "h"]);
  assert.deepEqual([...graph.nodeAttributes], [
    ["age", [30, 4.5, undefined]],
    ["code", ["007", "008", "009"]],
    ["mixed", ["1", "n/a", undefined]],
  ]);
  assert.deepEqual(graph.notes, ["Positions were not used because only 2 of 3 nodes have one."]);
  assert.deepEqual((await read("name,age\nann,3\n")).keys, ["ann"]);
  assert.deepEqual((await read("id\nann\nbob\n")).keys, ["ann", "bob"]);
});

Deno.test("a pair of files, in either order; further files are merged by key", async () => {
  const nodes = "id,label\na,Anna\nb,Ben\n", edges = "source,target\nb,a\na,c\n";
  for (const files of [{ "nodes.csv": nodes, "edges.csv": edges }, { "edges.csv": edges, "nodes.csv": nodes }]) {
    const graph = await readFiles(files);
    assert.deepEqual(graph.keys, ["a", "b", "c"]);
    assert.deepEqual(graph.labels, ["Anna", "Ben", "c"]);
    assert.deepEqual(edgesOf(graph), ["b>a", "a>c"]);
    assert.deepEqual(graph.notes, ["1 node was created because only edges name them."]);
    assert.match(graph.name, /^orrery-import-/);
  }
  const merged = await readFiles({
    "a.csv": edges,
    "b.json": '{"nodes":[{"id":"c","name":"Cleo"}],"links":[{"source":"b","target":"a"}]}',
    "nodes.csv": nodes,
  });
  assert.deepEqual(merged.labels, ["Anna", "Ben", "Cleo"]);
  assert.deepEqual(edgesOf(merged), ["b>a x2", "a>c"]);
});

Deno.test("Gephi: Type is a direction there and the label is the type", async () => {
  const graph = await readFiles({
    "nodes.csv": "Id,Label,timeset,modularity_class\n0,Myriel,,3\n1,Napoleon,,4\n",
    "edges.csv": "Source,Target,Type,Id,Label,timeset,Weight\n0,1,Undirected,0,met,,2.0\n1,0,Directed,1,,,1\n",
  });
  assert.deepEqual(graph.labels, ["Myriel", "Napoleon"]);
  assert.deepEqual(graph.nodeAttributes.get("modularity_class"), [3, 4]);
  assert.deepEqual(edgesOf(graph), ["0>1 x2 met", "1>0"]);
  assert.deepEqual(graph.notes, ["Edge fields that are not kept: Id, timeset."]);
});

Deno.test("Neo4j: ids with spaces, labels, typed properties, relationships", async () => {
  const graph = await readFiles({
    "movies.csv": "movieId:ID(Movie),title,year:int,:LABEL\n1,The Matrix,1999,Movie;SciFi\n2,Up,2009,Movie\n",
    "actors.csv":
      "personId:ID(Person),name,names:string[],alive:boolean,:LABEL,skip:IGNORE\n1,Keanu,K;R,true,Person,x\n",
    "roles.csv": ":START_ID(Person),role,:END_ID(Movie),:TYPE\n1,Neo,1,ACTED_IN\n",
  });
  assert.deepEqual(graph.keys, ["Movie:1", "Movie:2", "Person:1"]);
  assert.deepEqual(graph.labels, ["The Matrix", "Up", "Keanu"]);
  assert.deepEqual(typesOf(graph), ["Movie", "Movie", "Person"]);
  assert.deepEqual(edgesOf(graph), ["Person:1>Movie:1 ACTED_IN"]);
  assert.deepEqual([...graph.nodeAttributes], [
    ["labels", [["Movie", "SciFi"], undefined, undefined]],
    ["movieId", [1, 2, undefined]],
    ["year", [1999, 2009, undefined]],
    ["personId", [undefined, undefined, 1]],
    ["names", [undefined, undefined, ["K", "R"]]],
    ["alive", [undefined, undefined, true]],
  ]);
  assert.deepEqual(graph.notes, ["Edge fields that are not kept: role."]);
  const plain = await readFiles({
    "n.csv": ":ID,name,:LABEL\na,Ann,P\n",
    "r.csv": ":START_ID,:END_ID,:TYPE\na,a,SELF\n",
  });
  assert.deepEqual(edgesOf(plain), ["a>a SELF"]);
  assert.equal(
    await failure(":ID,age:int\na,1\nb,old\n"),
    'g.csv:3: expected a value of type int, found "old"',
  );
});

Deno.test("parallel edges become one and their weights add up; direction and type keep edges apart", async () => {
  const graph = await read("source,target,type,weight\na,b,x,1\na,b,x,2.5\nb,a,x,1\na,b,y,1\na,b,x,0\n");
  assert.deepEqual(edgesOf(graph), ["a>b x3.5 x", "b>a x", "a>b y"]);
  assert.deepEqual(graph.notes, [
    "2 parallel edges were merged into the first with the same source, target and type, and the weights added up.",
  ]);
});

Deno.test("a heading without rows is a graph without nodes", async () => {
  assert.equal((await read("source,target\n")).keys.length, 0);
  assert.equal((await read("id,label")).keys.length, 0);
});

Deno.test("more types than can be numbered: the rest has none, with a note", async () => {
  const limits = { ...IMPORT_LIMITS, typeNames: 2 };
  const graph = await readFiles({
    "n.csv": "id,type\n1,a\n2,b\n3,c\n4,d\n5,a\n",
    "e.csv": "source,target,type\n1,2,p\n2,3,q\n3,4,r\n",
  }, { limits });
  assert.deepEqual(typesOf(graph), ["a", "b", "", "", "a"]);
  assert.deepEqual(edgesOf(graph), ["1>2 p", "2>3 q", "3>4"]);
  assert.deepEqual(graph.notes, [
    "1 edge has no type because there are more than 2 edge types.",
    "2 nodes have no type because there are more than 2 node types.",
  ]);
});

Deno.test("65,536 types do not fit, 65,535 do", async () => {
  const rows = Array.from({ length: 65_536 }, (_, row) => `${row},t${row}`).join("\n");
  const graph = await read(`id,type\n${rows}\n`);
  assert.equal(graph.typeNames.length, 65_536);
  assert.equal(graph.nodeTypes[65_534], 65_535);
  assert.equal(graph.nodeTypes[65_535], 0);
  assert.equal(graph.notes.length, 1);
});

Deno.test("faults name the line, what was expected and what was found", async () => {
  const cases: [string, string][] = [
    ["source,target,weight\na,b,1\na,b,-1\n", 'g.csv:3: expected a weight from 0 to 1e+30, found "-1"'],
    ["source,target,weight\na,b,NaN\n", 'g.csv:2: expected a weight from 0 to 1e+30, found "NaN"'],
    ["source,target,weight\na,b,1e999\n", 'g.csv:2: expected a weight from 0 to 1e+30, found "1e999"'],
    ["source,target,weight\na,b,much\n", 'g.csv:2: expected a weight from 0 to 1e+30, found "much"'],
    ["source,target\na,b\n,c\n", "g.csv:3: expected a source in column 1, found nothing"],
    ["source,target\na\n", "g.csv:2: expected a target in column 2, found nothing"],
    ["id,label\n,x\n", "g.csv:2: expected an id in column 1, found nothing"],
    ["source,target\na,b,c\n", "g.csv:2: expected 2 cells, found 3"],
    ['source,target\na,b\n"a,b\nc,d\n', "g.csv:3: a quote is opened and never closed"],
    ['source,target\na,b\n"a"b,c\n', "g.csv:3: expected a separator after a closing quote"],
    ["id,x,y\na,1,up\n", 'g.csv:2: expected a number for y, found "up"'],
    [
      "# who\nperson,count\nann,1\nbob,2\n",
      'g.csv:2: expected headings such as source and target (edges) or id (nodes), found "person count"',
    ],
    [
      "source,aim,note\na,b,c\n",
      'g.csv:1: expected headings such as source and target (edges) or id (nodes), found "source aim note"',
    ],
    [
      "justtext\n",
      "g.csv:1: expected a heading with source and target (edges) or id (nodes), or rows of two node names; " +
      'found a row of 1: "justtext"',
    ],
  ];
  for (const [csv, message] of cases) assert.equal(await failure(csv), message);
  assert.equal(await failure("1 2\n3\n", "g.txt"), "g.txt:2: expected a target in column 2, found nothing");
});

Deno.test("a row that is too long is refused", async () => {
  const limits = { ...IMPORT_LIMITS, rowBytes: 100 };
  const long = "x".repeat(200);
  assert.equal(
    await errorOf({ "g.csv": `source,target\na,b\na,${long}\n` }, { limits }),
    "g.csv:3: a row is longer than the limit of 100 bytes; is a quote not closed?",
  );
  assert.equal(
    await errorOf({ "g.txt": `1 2\n${"1 ".repeat(200_000)}` }, { limits }),
    "g.txt:2: a line is longer than the limit of 100 bytes",
  );
});

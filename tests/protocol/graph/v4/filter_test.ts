import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError } from "../../../../protocol/codec.ts";
import { decodeV4, encodeFilterUpdate, FILTER_BOUNDS, type NodeFilter } from "../../../../protocol/graph/v4.ts";
import { bytesOf, decodeOrError, singleByteFlips } from "../../../helpers/codec_suite.ts";

/** A FilterUpdate with this payload. */
const message = (payload: string | readonly number[]) =>
  bytesOf([4, 0x06, 0, 0], typeof payload === "string" ? [...new TextEncoder().encode(payload)] : payload);

const filterOf = (text: string) => decodeV4(message(text));

const FILTERS: fc.Arbitrary<NodeFilter> = fc.record({
  types: fc.array(fc.string({ minLength: 1, maxLength: 64, unit: "binary" }), { minLength: 1, maxLength: 64 }),
  maxDepth: fc.integer({ min: 0, max: 255 }),
  rootId: fc.integer({ min: 0, max: 0xffff_fffe }),
  clusters: fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { minLength: 1, maxLength: 1_024 }),
  search: fc.string({ minLength: 1, maxLength: 128, unit: "binary" }),
  maxNodes: fc.integer({ min: 1, max: 1_000_000 }),
}, { requiredKeys: [], noNullPrototype: true });

Deno.test("[V4-12] any filter within the bounds comes back as it went", () => {
  fc.assert(
    fc.property(FILTERS, (filter) => {
      const fits = new TextEncoder().encode(JSON.stringify(filter)).length <= FILTER_BOUNDS.payloadBytes;
      const isShort = [...filter.types ?? [], filter.search ?? "x"].every((text) => text.length <= 128);
      if (!fits || !isShort) return;
      assert.deepEqual(decodeV4(encodeFilterUpdate(filter)), { type: "filterUpdate", filter });
    }),
    { seed: 6, numRuns: 200 },
  );
});

Deno.test("[V4-12] an empty filter asks for everything, blanks and order mean nothing", () => {
  assert.deepEqual(filterOf("{}"), { type: "filterUpdate", filter: {} });
  assert.deepEqual(filterOf(' { "rootId" : 7,\n"maxDepth":0 } '), {
    type: "filterUpdate",
    filter: { rootId: 7, maxDepth: 0 },
  });
});

/** Payload → what the refusal names. */
const REFUSED: readonly (readonly [string | readonly number[], RegExp])[] = [
  ["", /JSON/],
  ["{", /JSON/],
  ["[]", /an object/],
  ["null", /an object/],
  [[0x7b, 0xff, 0x7d], /UTF-8/],
  [[0xef, 0xbb, 0xbf, 0x7b, 0x7d], /JSON/], // a byte order mark
  ['{"kinds":["a"]}', /no fields but types, maxDepth/],
  ['{"__proto__":{}}', /no fields but/],
  ['{"constructor":1}', /no fields but/],
  ['{"types":"a"}', /types to be/],
  ['{"types":[]}', /types to be/],
  ['{"types":[""]}', /types to be/],
  [`{"types":["${"x".repeat(129)}"]}`, /types to be/],
  [`{"types":[${Array(65).fill('"a"').join()}]}`, /types to be/],
  ['{"maxDepth":256}', /maxDepth to be/],
  ['{"maxDepth":-1}', /maxDepth to be/],
  ['{"maxDepth":1.5}', /maxDepth to be/],
  ['{"rootId":4294967295}', /rootId to be/],
  ['{"rootId":null}', /rootId to be/],
  ['{"clusters":[]}', /clusters to be/],
  ['{"clusters":[-1]}', /clusters to be/],
  [`{"clusters":[${Array(1_025).fill("1").join()}]}`, /clusters to be/],
  ['{"search":""}', /search to be/],
  [`{"search":"${"x".repeat(257)}"}`, /search to be/],
  ['{"maxNodes":0}', /maxNodes to be/],
  ['{"maxNodes":1000001}', /maxNodes to be/],
  [" ".repeat(65_536) + "{}", /at most 65536 bytes of filter/],
  ["[".repeat(60_000), /JSON/],
];

Deno.test("[V4-12] anything else is refused at the payload, with the field and its bound", () => {
  for (const [payload, reason] of REFUSED) {
    const error = decodeOrError(decodeV4, message(payload));
    assert.ok(error instanceof DecodeError && error.offset === 4, String(payload).slice(0, 40));
    assert.match(error.message, reason);
  }
});

Deno.test("[V4-12] a filter beyond the bounds is not written, the longest within them is", () => {
  for (const filter of [{ maxDepth: 256 }, { search: "" }, { rootId: NaN }, { types: [] }]) {
    assert.throws(() => encodeFilterUpdate(filter), RangeError);
  }
  // In JSON a control character takes six bytes.
  const longest = {
    types: Array(FILTER_BOUNDS.types).fill("\u0001".repeat(FILTER_BOUNDS.typeCharacters)),
    maxDepth: FILTER_BOUNDS.maxDepth,
    rootId: 0xffff_fffe,
    clusters: Array(FILTER_BOUNDS.clusters).fill(0xffff_ffff),
    search: "\u0001".repeat(FILTER_BOUNDS.searchCharacters),
    maxNodes: FILTER_BOUNDS.maxNodes,
  };
  const bytes = encodeFilterUpdate(longest);
  assert.ok(bytes.length > 60_000 && bytes.length - 4 <= FILTER_BOUNDS.payloadBytes, `${bytes.length} bytes`);
  assert.deepEqual(decodeV4(bytes), { type: "filterUpdate", filter: longest });
});

Deno.test("[V4-12] a changed byte gives a filter within the bounds or a DecodeError", () => {
  const bytes = message('{"types":["a"],"maxDepth":3,"clusters":[1,22],"maxNodes":50}');
  for (const flipped of singleByteFlips(bytes)) {
    const result = decodeOrError(decodeV4, flipped);
    if (!(result instanceof DecodeError) && result.type === "filterUpdate") encodeFilterUpdate(result.filter);
  }
});

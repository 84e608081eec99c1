import assert from "node:assert/strict";
import fc from "fast-check";
import {
  encodeRpc,
  encodeRpcBatch,
  parseRpc,
  RPC_ERROR,
  RPC_MAX_BYTES,
  rpcFailure,
  type RpcInvalid,
  type RpcMessage,
} from "../../../protocol/mcp/json_rpc.ts";

function single(text: string): RpcMessage | RpcInvalid {
  const input = parseRpc(text);
  assert.ok(input.type === "single", text);
  return input.item;
}

function message(text: string): RpcMessage {
  const item = single(text);
  assert.ok(item.type !== "invalid", item.type === "invalid" ? item.reason : "");
  return item;
}

function invalid(text: string): RpcInvalid {
  const item = single(text);
  assert.ok(item.type === "invalid", text);
  return item;
}

const GOLDEN: readonly (readonly [RpcMessage, string])[] = [
  [
    { type: "request", id: 1, method: "subtract", params: [42, 23] },
    '{"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":1}',
  ],
  [
    { type: "request", id: "a-1", method: "subtract", params: { subtrahend: 23, minuend: 42 } },
    '{"jsonrpc":"2.0","method":"subtract","params":{"subtrahend":23,"minuend":42},"id":"a-1"}',
  ],
  [{ type: "request", id: null, method: "get" }, '{"jsonrpc":"2.0","method":"get","id":null}'],
  [{ type: "notification", method: "update", params: [] }, '{"jsonrpc":"2.0","method":"update","params":[]}'],
  [{ type: "notification", method: "foobar" }, '{"jsonrpc":"2.0","method":"foobar"}'],
  [{ type: "success", id: 1, result: 19 }, '{"jsonrpc":"2.0","result":19,"id":1}'],
  [{ type: "success", id: "x", result: null }, '{"jsonrpc":"2.0","result":null,"id":"x"}'],
  [
    { type: "failure", id: null, error: { code: -32700, message: "Parse error" } },
    '{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}',
  ],
  [
    { type: "failure", id: 7, error: { code: -32000, message: "busy", data: null } },
    '{"jsonrpc":"2.0","error":{"code":-32000,"message":"busy","data":null},"id":7}',
  ],
];

Deno.test("[RPC-3] golden text of every kind of message, both ways", () => {
  for (const [value, text] of GOLDEN) {
    assert.equal(encodeRpc(value), text);
    assert.deepEqual(message(text), value);
  }
  assert.equal(encodeRpcBatch(GOLDEN.map(([value]) => value)), `[${GOLDEN.map(([, text]) => text).join(",")}]`);
});

Deno.test("[RPC-3] members may come in any order, and unknown ones are ignored", () => {
  assert.deepEqual(message('{ "id": 3, "meta": {}, "params": {"subtrahend": 23}, "method": "m", "jsonrpc": "2.0" }'), {
    type: "request",
    id: 3,
    method: "m",
    params: { subtrahend: 23 },
  });
});

Deno.test("[RPC-3] a text that is encoded is one line", () => {
  const text = encodeRpc({ type: "notification", method: "a\nb\r", params: ["\n", { "\u2028": "\r\n" }] });
  assert.ok(!/[\r\n]/.test(text));
});

Deno.test("[RPC-5] an id is a text, a number that can be echoed exactly, or null", () => {
  const withId = (id: string) => `{"jsonrpc":"2.0","method":"m","id":${id}}`;
  for (const id of ['""', '"é"', "0", "-1", "1.5", "9007199254740991", "null", `"${"x".repeat(256)}"`]) {
    const request = message(withId(id));
    assert.ok(request.type === "request");
    assert.deepEqual(request.id, JSON.parse(id));
  }
  for (const id of ["true", "[]", "{}", "9007199254740993", "1e400", `"${"x".repeat(257)}"`]) {
    assert.equal(invalid(withId(id)).answer?.id, null, id);
  }
});

Deno.test("[RPC-6] an invalid request is answered under its id where that can be read", () => {
  const cases: readonly (readonly [string, string | number | null])[] = [
    ['{"jsonrpc":"2.0","method":1,"id":5}', 5],
    ['{"jsonrpc":"2.0","id":"a"}', "a"],
    ['{"jsonrpc":"1.0","method":"m","id":5}', 5],
    ['{"jsonrpc":2.0,"method":"m","id":5}', 5],
    ['{"method":"m","id":5}', 5],
    ['{"jsonrpc":"2.0","method":"m","params":"bar","id":5}', 5],
    ['{"jsonrpc":"2.0","method":"m","params":7,"id":5}', 5],
    ['{"jsonrpc":"2.0","method":"m","result":1,"id":5}', 5],
    ['{"jsonrpc":"2.0","method":"m","id":{}}', null],
    ["{}", null],
    ["7", null],
    ["null", null],
  ];
  for (const [text, id] of cases) {
    const { answer, reason } = invalid(text);
    assert.deepEqual([answer?.id, answer?.error.code, answer?.error.data], [id, -32600, reason], text);
  }
  const reason = 'json-rpc: expected params to be a list or an object, found "bar"';
  assert.equal(invalid('{"jsonrpc":"2.0","method":"m","params":"bar","id":5}').reason, reason);
});

Deno.test("[RPC-6] the documented example", () => {
  const { answer } = invalid('{"jsonrpc":"2.0","method":1,"id":2}');
  assert.equal(
    answer && encodeRpc(answer),
    '{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request",' +
      '"data":"json-rpc: expected method to be a text of 0 to 256 characters, found 1"},"id":2}',
  );
});

Deno.test("[RPC-7] a broken response is not answered", () => {
  const broken = [
    '{"jsonrpc":"2.0","result":1}',
    '{"jsonrpc":"2.0","result":1,"error":{"code":1,"message":"m"},"id":1}',
    '{"jsonrpc":"2.0","error":{"code":1.5,"message":"m"},"id":1}',
    '{"jsonrpc":"2.0","error":{"code":1},"id":1}',
    '{"jsonrpc":"2.0","error":"no","id":1}',
    '{"jsonrpc":"2.0","error":null,"id":1}',
    '{"jsonrpc":"1.0","result":1,"id":1}',
    '{"jsonrpc":"2.0","result":1,"id":[]}',
  ];
  for (const text of broken) assert.equal(invalid(text).answer, undefined, text);
});

Deno.test("[RPC-8] params that are null count as absent", () => {
  assert.deepEqual(message('{"jsonrpc":"2.0","method":"m","params":null,"id":1}'), {
    type: "request",
    id: 1,
    method: "m",
  });
});

Deno.test("[RPC-9] a batch has 1 to 100 messages; one that answers nothing is not sent", () => {
  const notification = '{"jsonrpc":"2.0","method":"m"}';
  const batch = (count: number) => parseRpc(`[${Array(count).fill(notification).join(",")}]`);
  const most = batch(100);
  assert.ok(most.type === "batch" && most.items.length === 100);
  const crowded = batch(101);
  assert.ok(crowded.type === "single" && crowded.item.type === "invalid");
  assert.deepEqual([crowded.item.answer?.id, crowded.item.answer?.error.code], [null, -32600]);
  const nested = parseRpc(`[[${notification}]]`);
  assert.ok(nested.type === "batch" && nested.items[0].type === "invalid");
  assert.equal(encodeRpcBatch([]), undefined);
});

Deno.test("[RPC-10] the standard errors", () => {
  assert.deepEqual(RPC_ERROR, {
    parseError: { code: -32700, message: "Parse error" },
    invalidRequest: { code: -32600, message: "Invalid Request" },
    methodNotFound: { code: -32601, message: "Method not found" },
    invalidParams: { code: -32602, message: "Invalid params" },
    internalError: { code: -32603, message: "Internal error" },
  });
  assert.deepEqual(rpcFailure(3, "invalidParams", { data: ["depth"] }), {
    type: "failure",
    id: 3,
    error: { code: -32602, message: "Invalid params", data: ["depth"] },
  });
  assert.deepEqual(rpcFailure(null, "internalError").error, { code: -32603, message: "Internal error" });
});

Deno.test("[RPC-2] 1 MiB and 64 levels are the most", () => {
  assert.equal(RPC_MAX_BYTES, 1_048_576);
  const frame = '{"jsonrpc":"2.0","method":"m","params":[""]}';
  const sized = (bytes: number) => frame.replace('[""]', `["${"x".repeat(bytes - frame.length)}"]`);
  message(sized(1_048_576));
  assert.equal(invalid(sized(1_048_577)).answer?.error.code, -32700);
  const nested = (levels: number) => frame.replace('[""]', `${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}`);
  message(nested(64));
  assert.equal(invalid(nested(65)).answer?.error.code, -32700);
});

const ids = fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.constant(null));
const words = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const values = fc.oneof(words, fc.array(words), fc.dictionary(fc.string(), words, { noNullPrototype: true }));
const params = fc.oneof(fc.array(values), fc.dictionary(fc.string(), values, { noNullPrototype: true }));
const error = fc.record({ code: fc.integer(), message: fc.string(), data: values }, {
  requiredKeys: ["code", "message"],
  noNullPrototype: true,
});
const messages: fc.Arbitrary<RpcMessage> = fc.oneof(
  fc.record({ type: fc.constant("request" as const), id: ids, method: fc.string(), params }, { noNullPrototype: true }),
  fc.record({ type: fc.constant("notification" as const), method: fc.string(), params }, {
    requiredKeys: ["type", "method"],
    noNullPrototype: true,
  }),
  fc.record({ type: fc.constant("success" as const), id: ids, result: values }, { noNullPrototype: true }),
  fc.record({ type: fc.constant("failure" as const), id: ids, error }, { noNullPrototype: true }),
);

Deno.test("[RPC-3] what is encoded is parsed, alone and in batches", () => {
  fc.assert(
    fc.property(fc.array(messages, { minLength: 1, maxLength: 5 }), (list) => {
      assert.deepEqual(message(encodeRpc(list[0])), JSON.parse(JSON.stringify(list[0])));
      const batch = parseRpc(encodeRpcBatch(list) ?? "");
      assert.ok(batch.type === "batch");
      assert.deepEqual(batch.items, JSON.parse(JSON.stringify(list)));
    }),
    { seed: 3, numRuns: 500 },
  );
});

Deno.test("[RPC-6] any text is a message or has a reason", () => {
  const near = fc.tuple(fc.constantFrom(...GOLDEN.map(([, text]) => text)), fc.nat(), fc.string({ maxLength: 2 })).map(
    ([text, at, change]) => text.slice(0, at % text.length) + change + text.slice(at % text.length + 1),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), near), (text) => {
      const input = parseRpc(text);
      for (const item of input.type === "batch" ? input.items : [input.item]) {
        if (item.type === "invalid") assert.ok(item.reason.startsWith("json-rpc: expected"));
      }
    }),
    { seed: 6, numRuns: 2000 },
  );
});

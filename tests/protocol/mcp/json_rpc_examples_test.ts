import assert from "node:assert/strict";
import {
  encodeRpc,
  encodeRpcBatch,
  parseRpc,
  type RpcFailure,
  rpcFailure,
  type RpcInvalid,
  type RpcMessage,
  type RpcRequest,
  type RpcSuccess,
} from "../../../protocol/mcp/json_rpc.ts";

/** Any answer of the specification's example server; its errors without `data`. */
function serve(text: string): string | undefined {
  const input = parseRpc(text);
  const items = input.type === "batch" ? input.items : [input.item];
  const answers = items.map(answer).filter((reply) => reply !== undefined);
  if (input.type === "batch") return encodeRpcBatch(answers);
  return answers.length === 0 ? undefined : encodeRpc(answers[0]);
}

function answer(item: RpcMessage | RpcInvalid): RpcSuccess | RpcFailure | undefined {
  switch (item.type) {
    case "request":
      return call(item);
    case "invalid":
      return item.answer &&
        { ...item.answer, error: { code: item.answer.error.code, message: item.answer.error.message } };
    case "notification":
    case "success":
    case "failure":
      return undefined;
  }
}

function call({ id, method, params }: RpcRequest): RpcSuccess | RpcFailure {
  const numbers = (Array.isArray(params) ? params : []).map(Number);
  switch (method) {
    case "subtract": {
      const named = params !== undefined && "minuend" in params
        ? [Number(params.minuend), Number(params.subtrahend)]
        : numbers;
      return { type: "success", id, result: named[0] - named[1] };
    }
    case "sum":
      return { type: "success", id, result: numbers.reduce((total, number) => total + number, 0) };
    case "get_data":
      return { type: "success", id, result: ["hello", 5] };
    default:
      return rpcFailure(id, "methodNotFound");
  }
}

/** The examples of the specification, section 7: request, then response; absent where there is none. */
const EXAMPLES: readonly (readonly [string, string?])[] = [
  [
    '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
    '{"jsonrpc": "2.0", "result": 19, "id": 1}',
  ],
  [
    '{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}',
    '{"jsonrpc": "2.0", "result": -19, "id": 2}',
  ],
  [
    '{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
    '{"jsonrpc": "2.0", "result": 19, "id": 3}',
  ],
  [
    '{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
    '{"jsonrpc": "2.0", "result": 19, "id": 4}',
  ],
  ['{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}'],
  ['{"jsonrpc": "2.0", "method": "foobar"}'],
  [
    '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}',
    '{"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"}',
  ],
  [
    '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
    '{"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": null}',
  ],
  [
    '{"jsonrpc": "2.0", "method": 1, "params": "bar"}',
    '{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}',
  ],
  [
    '[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"jsonrpc": "2.0", "method"]',
    '{"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": null}',
  ],
  ["[]", '{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}'],
  ["[1]", '[{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}]'],
  [
    "[1,2,3]",
    '[{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},' +
    '{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},' +
    '{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}]',
  ],
  [
    '[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},' +
    '{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},' +
    '{"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},' +
    '{"foo": "boo"},' +
    '{"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},' +
    '{"jsonrpc": "2.0", "method": "get_data", "id": "9"}]',
    '[{"jsonrpc": "2.0", "result": 7, "id": "1"},' +
    '{"jsonrpc": "2.0", "result": 19, "id": "2"},' +
    '{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},' +
    '{"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "5"},' +
    '{"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"}]',
  ],
  [
    '[{"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},' +
    '{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}]',
  ],
];

Deno.test("[RPC-4] the specification's examples are answered as it says", () => {
  for (const [request, response] of EXAMPLES) {
    const reply = serve(request);
    assert.deepEqual(reply && JSON.parse(reply), response && JSON.parse(response), request);
  }
});

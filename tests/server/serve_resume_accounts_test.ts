/** Who may come back: accounts that change meanwhile, and a server that does, over real sockets. */
import assert from "node:assert/strict";
import { withResume } from "../../protocol/graph/resume.ts";
import { DEMO, eachTransport, eventOf } from "../helpers/each_transport.ts";
import { drag, goneEditor, lossy, outcomeOf, subscribe, ticketOf } from "../helpers/lossy.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { issueToken, startServer } from "../helpers/test_server.ts";
import { openAccounts } from "../../server/store/accounts.ts";
import { openDatabase } from "../../server/store/sqlite.ts";

Deno.test("[RES-9] an account that is removed does not come back, nor one that is added under its name", async () => {
  const server = await startServer(DEMO), { link, plain, user, ticket } = await goneEditor(server);
  const database = openDatabase(server.data);
  assert.ok(openAccounts(database).remove(user));
  database.close();
  await assert.rejects(SocketClient.connect(withResume(plain, ticket)), /refused/);
  const token = await issueToken(server.data, "editor", { name: user });
  const url = withResume(`${server.ws}?token=${token}&protocol=v4`, ticket);
  const other = await SocketClient.connect(url);
  assert.equal(await outcomeOf(other), "account");
  await other.close();
  await link.close();
  await server.close();
});

eachTransport("[RES-9] whoever comes back has the role of its account as it is now", async (server) => {
  const { link, url, user, ticket } = await goneEditor(server);
  const database = openDatabase(server.data);
  openAccounts(database).setRole(user, "viewer");
  database.close();
  const back = await SocketClient.connect(withResume(url, ticket), ["orrery.v4"]);
  assert.equal((await back.next(eventOf("participants"))).data.participants[0].role, "viewer");
  back.send(drag(7, "end", 1));
  assert.equal((await back.next(eventOf("error"))).data.code, "forbidden");
  await back.close();
  await link.close();
});

Deno.test("[RES-10] a server that was started anew knows nobody, and no log knows what clients come back with", async () => {
  const data = await Deno.makeTempDir({ prefix: "orrery-test-" }), first = await startServer(DEMO, data);
  const token = await first.token("viewer");
  const { link, client } = await lossy(first, token);
  subscribe(client, [], true);
  const ticket = await ticketOf(client);
  link.cut();
  await client.closed;
  await link.close();
  await first.close();
  const second = await startServer(DEMO, data);
  const back = await SocketClient.connect(withResume(`${second.ws}?token=${token}`, { token: ticket, sequence: 0 }));
  assert.equal(await outcomeOf(back), "unknown");
  await back.close();
  await second.close();
  for (const { log } of [first, second]) assert.ok(!log.join("\n").includes(ticket.split(".")[2]));
  await Deno.remove(data, { recursive: true });
});

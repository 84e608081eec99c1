/**
 * A process of the tests: waits for a line, opens FOLDER, pins COUNT nodes named NAME0… one by one,
 * prints the secret and "done", and stays until it is killed or its standard input ends.
 */
import { seededBytes } from "../../helpers/random_bytes.ts";
import { openPins } from "../../../server/store/pins.ts";
import { openSecret } from "../../../server/store/secret.ts";
import { openDatabase } from "../../../server/store/sqlite.ts";

const [folder, name, count] = Deno.args;
const byte = new Uint8Array(1);
await Deno.stdin.read(byte);

const database = openDatabase(folder);
const secret = openSecret(folder, seededBytes(Deno.pid));
const pins = openPins(database, "graph");
for (let i = 0; i < Number(count); i++) pins.save([{ node: `${name}${i}`, x: i, y: 0.5, z: -1 }]);
console.log(`${[...secret.bytes].join()} done`);

await Deno.stdin.read(byte);

// Prints one node of a running server as it moves:  deno run --allow-net examples/watch_positions.ts LINK [NODE]
const link = new URL(Deno.args[0]), wanted = Number(Deno.args[1] ?? 0);
const token = new URLSearchParams(link.hash.slice(1)).get("token");
const socket = new WebSocket(`ws://${link.host}/ws?token=${token}`);
socket.binaryType = "arraybuffer";
socket.onmessage = ({ data }) => {
  const view = new DataView(data); // records of 36 bytes: u32 id, f32 x y z, f32 vx vy vz, f32 mass, f32 charge
  for (let at = 0; at < view.byteLength; at += 36) {
    if (view.getUint32(at, true) !== wanted) continue;
    const [x, y, z] = [4, 8, 12].map((offset) => view.getFloat32(at + offset, true).toFixed(3));
    console.log(`node ${wanted} of ${view.byteLength / 36}: ${x} ${y} ${z}`);
  }
};
socket.onclose = ({ code, reason }) => console.log(`closed: ${code} ${reason}`);

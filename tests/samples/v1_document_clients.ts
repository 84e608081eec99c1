// deno-lint-ignore-file
// deno-fmt-ignore-file
// @ts-nocheck: the clients of JSON V1 in the document that V2 comes from, copied unchanged, each in a function that
// hands it what it takes for granted.
function subscribeToProject(WebSocket, console) {
// DEPRECATED: This is the old JSON protocol - DO NOT USE
const ws = new WebSocket('ws://localhost:9090/ws?token=YOUR-TOKEN&protocol=json');

ws.onopen = () => {
  ws.send(JSON.stringify({
    type: 'subscribe',
    data: { channels: ['projects.123'] }
  }));
};

ws.onmessage = (event) => {
  const message = JSON.parse(event.data);
  console.log('Received:', message);
};

// MIGRATE TO BINARY V2 - See migration guide below
}

function readBeforeMigration(ws, updateNodes) {
ws.onmessage = (event) => {
    const data = JSON.parse(event.data);      // 18 MB/frame
    updateNodes(data.nodes);
};
}

export { readBeforeMigration, subscribeToProject };

// deno-lint-ignore-file
// deno-fmt-ignore-file
// @ts-nocheck: what the networking document has of clients, copied unchanged but for the last line: its types of
// frames, and the only code of it that reads a message. It has no client that reads frames, shortest paths, settings or JSON-RPC.
// Client-side message handling
export enum MessageType {
  // Binary messages
  NODE_UPDATE = 0x01,      // Position/velocity updates
  VOICE_FRAME = 0x02,      // Opus audio data
  SSSP_UPDATE = 0x03,      // Shortest path data
  
  // Text messages (JSON)
  SETTINGS_UPDATE = 0x10,  // Configuration changes
  AGENT_STATUS = 0x11,     // Agent state updates
  ERROR = 0x12,            // Error notifications
  
  // Control messages
  PING = 0x20,            // Heartbeat
  PONG = 0x21,            // Heartbeat response
  CLOSE = 0x22            // Graceful shutdown
}

// Message framing
interface Frame {
  type: MessageType;
  flags: number;      // Compression, priority, etc.
  payload: Uint8Array | string;
  timestamp: number;
}

// Server-side heartbeat implementation
class HeartbeatMonitor {
  constructor(ws, timeout = 30000) {
    this.ws = ws;
    this.timeout = timeout;
    this.pingInterval = timeout / 2;
    this.lastPong = Date.now();
    
    this.startMonitoring();
  }
  
  startMonitoring() {
    // Send ping every 15 seconds
    this.pingTimer = setInterval(() => {
      if (Date.now() - this.lastPong > this.timeout) {
        this.handleTimeout();
        return;
      }
      
      this.ws.send(JSON.stringify({
        type: 'ping',
        timestamp: Date.now()
      }));
    }, this.pingInterval);
    
    // Handle pong responses
    this.ws.on('message', (msg) => {
      const data = JSON.parse(msg);
      if (data.type === 'pong') {
        this.lastPong = Date.now();
        this.recordLatency(data.timestamp);
      }
    });
  }
}

export { HeartbeatMonitor };

// deno-lint-ignore-file
// deno-fmt-ignore-file
// @ts-nocheck: the sample clients of the control center document, copied unchanged. Those that are no functions lie in
// one that hands them what they take for granted. Left out: the usage of the class, which connects to a fixed port, and a load
// test in Python, which needs a package, opens 100 sockets to a fixed port and reads none of what they bring.
class ControlCenterClient {
    constructor(url) {
        this.url = url;
        this.ws = null;
        this.reconnectTimer = null;
        this.statusIndicator = document.getElementById('ws-status');
    }
    
    connect() {
        this.ws = new WebSocket(this.url);
        
        this.ws.onopen = () => this.onOpen();
        this.ws.onmessage = (e) => this.onMessage(e);
        this.ws.onclose = () => this.onClose();
        this.ws.onerror = (e) => this.onError(e);
    }
    
    onOpen() {
        console.log('Connected');
        this.statusIndicator.className = 'status-dot connected';
        clearTimeout(this.reconnectTimer);
    }
    
    onMessage(event) {
        const data = JSON.parse(event.data);
        this.updateDashboard(data);
    }
    
    onClose() {
        console.log('Disconnected');
        this.statusIndicator.className = 'status-dot disconnected';
        
        // Reconnect after 3 seconds
        this.reconnectTimer = setTimeout(() => {
            console.log('Reconnecting...');
            this.connect();
        }, 3000);
    }
    
    onError(error) {
        console.error('WebSocket error:', error);
    }
    
    updateDashboard(data) {
        // Update UI with new data
    }
}

function connectWithRetries(wsUrl, updateConnectionStatus, setTimeout, alert) {
let reconnectAttempts = 0;
const MAX_RECONNECT_ATTEMPTS = 10;
const BASE_DELAY = 3000; // 3 seconds

function connectWebSocket() {
    const ws = new WebSocket(wsUrl);
    
    ws.onopen = () => {
        reconnectAttempts = 0;
        updateConnectionStatus(true);
    };
    
    ws.onclose = () => {
        updateConnectionStatus(false);
        
        if (reconnectAttempts < MAX_RECONNECT_ATTEMPTS) {
            const delay = BASE_DELAY * Math.pow(2, reconnectAttempts);
            reconnectAttempts++;
            
            console.log(`Reconnecting in ${delay}ms (attempt ${reconnectAttempts})`);
            setTimeout(connectWebSocket, delay);
        } else {
            console.error('Max reconnection attempts reached');
            alert('Lost connection to Control Center. Please refresh the page.');
        }
    };
}
connectWebSocket();
}

function readGuarded(ws, updateDashboard) {
ws.onmessage = (event) => {
    try {
        const data = JSON.parse(event.data);
        updateDashboard(data);
    } catch (error) {
        console.error('Invalid message from server:', error);
    }
};
}

function connectFromPage(window) {
const protocol = window.location.protocol === 'https:' ? 'wss:' : 'ws:';
const wsUrl = `${protocol}//${window.location.host}/ws`;

const ws = new WebSocket(wsUrl);

ws.onopen = () => {
    console.log('Connected to Control Center');
};

ws.onmessage = (event) => {
    const data = JSON.parse(event.data);
    // Process update
};

ws.onerror = (error) => {
    console.error('WebSocket error:', error);
};

ws.onclose = () => {
    console.log('Disconnected from Control Center');
    // Implement reconnection logic
};
return ws;
}

export { connectFromPage, connectWithRetries, ControlCenterClient, readGuarded };

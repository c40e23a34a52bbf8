import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";

export interface ConnectProxy {
  readonly server: Server;
  readonly destroy: () => void;
}

/**
 * An HTTP proxy that lands every CONNECT on the given listener, whatever the host: nothing ever leaves loopback. Only
 * port 443 is let through, and only hosts that `resolves` knows; the rest gets what a proxy says about an unknown name.
 */
export function createConnectProxy(land: (socket: Socket) => void, resolves: (host: string) => boolean): ConnectProxy {
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => {
    response.writeHead(405, { "content-type": "text/plain" }).end("This proxy only answers CONNECT.\n");
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("connect", (request, stream, head) => {
    const socket = stream as Socket;
    socket.on("error", () => socket.destroy());
    const match = /^(.+):(\d+)$/.exec(request.url ?? "");
    if (match?.[2] !== "443") return refuse(socket, "403 Forbidden");
    if (!resolves(match[1] ?? "")) return refuse(socket, "502 Bad Gateway");
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    land(socket);
  });
  return {
    server,
    destroy: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function refuse(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

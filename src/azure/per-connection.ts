import type { Connection } from "./connection.ts";

/** Makes a client once for each connection, so that what one request learns, such as a token, serves the next. */
export function perConnection<Client>(create: (connection: Connection) => Client): (connection: Connection) => Client {
  const clients = new WeakMap<Connection, Client>();
  return (connection) => {
    const made = clients.get(connection) ?? create(connection);
    clients.set(connection, made);
    return made;
  };
}

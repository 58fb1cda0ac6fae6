import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';

/** The time for requests to arrive on connections that are there. */
const READ_GRACE_MS = 250;
/** The time for connections to close by themselves after their last answer. */
const CONNECTION_CLOSE_MS = 250;

/** Waits until the deadline without keeping the process alive. */
export async function waitUntil(deadline: number): Promise<void> {
  await wait(Math.max(0, deadline - Date.now()), undefined, { ref: false });
}

/**
 * Takes the connections that the kernel has made: closing the port would reset them. Each turn of
 * the event loop takes at least one of those that wait.
 */
async function takeConnections(server: Server, deadline: number): Promise<void> {
  let hasTaken = true;
  const note = () => {
    hasTaken = true;
  };
  server.on('connection', note);
  while (hasTaken && Date.now() < deadline) {
    hasTaken = false;
    // The first turn may have looked at its sockets already.
    await turn();
    await turn();
  }
  server.off('connection', note);
}

/**
 * Stops listening, reads what is connected for a short time, and lets what is in flight be answered
 * until the deadline (milliseconds since the Unix epoch). Then the other connections are closed.
 */
export async function closeServer(
  server: Server,
  inFlight: ReadonlySet<Promise<void>>,
  deadline: number,
): Promise<void> {
  await takeConnections(server, Date.now() + READ_GRACE_MS);
  // Not the method of HTTP's server, which also closes connections that it has not read from.
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
  await Promise.race([closed, wait(READ_GRACE_MS, undefined, { ref: false })]);
  while (inFlight.size > 0 && Date.now() < deadline) {
    await Promise.race([Promise.all(inFlight), waitUntil(deadline)]);
  }
  server.close();
  await Promise.race([closed, wait(CONNECTION_CLOSE_MS, undefined, { ref: false })]);
  server.closeAllConnections();
  await closed;
}

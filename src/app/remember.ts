import type { Connection } from "../azure/connection.ts";
import { type Collector, collect } from "../collect/collector.ts";
import type { Collected } from "../core/collected.ts";

/** Asks once for each input, however many callers want it. */
export function remember<Output>(
  collector: Collector<string, Output>,
  connection: Connection,
): (input: string) => Promise<Collected<Output>> {
  const asked = new Map<string, Promise<Collected<Output>>>();
  return (input) => {
    const key = input.toLowerCase();
    const answer = asked.get(key) ?? collect(collector, connection, input);
    asked.set(key, answer);
    return answer;
  };
}

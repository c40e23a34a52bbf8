import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { type SimulateAzureOptions, type SimulatedAzure, simulateAzure } from "./simulate-azure.ts";
import type { World } from "./world.ts";

/**
 * The official client keeps a managed identity's token for as long as the process runs, and one that ends within five
 * minutes not at all: the next world is of another tenant, and its token names that one.
 */
const tokenLifetime = 240;

let running: Promise<SimulatedAzure> | undefined;

/**
 * The simulated Azure of this test process, serving the given world: started once, and this process made to find it, so
 * that the unmodified SDK clients reach it. Every call starts from nothing but the world and the options.
 */
export async function useAzure(world: World, options: SimulateAzureOptions = {}): Promise<SimulatedAzure> {
  running ??= start(world);
  const azure = await running;
  azure.load(world, options);
  return azure;
}

async function start(world: World): Promise<SimulatedAzure> {
  const azure = await simulateAzure(world, { tokenLifetime });
  setDefaultCACertificates([...getCACertificates("default"), azure.caPem]);
  Object.assign(process.env, azure.env);
  return azure;
}

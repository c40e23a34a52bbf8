import type { Collected } from "../collected.ts";
import type { VantageSubnet } from "./vantage.ts";

/** A subnet that a virtual network rule of a registry names. */
export interface AllowedSubnet {
  readonly id: string;
  /** Null when it does not exist any more. */
  readonly subnet: Collected<VantageSubnet | null>;
}

import type { PullIdentity } from "./facts.ts";

/** How sentences call the identity that a cluster's nodes pull with. */
export function nodesPullAs({ kind }: PullIdentity): "service principal" | "kubelet identity" {
  return kind === "servicePrincipal" ? "service principal" : "kubelet identity";
}

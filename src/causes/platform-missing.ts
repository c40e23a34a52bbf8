import { defineCause } from "../core/cause.ts";
import { toldBy } from "../core/told.ts";

export const platformMissing = defineCause({
  id: "platform-missing",
  title: "The image is not made for the node's platform; the login is fine",
  rank: 2,
  severity: "info",
  incident: false,
  needs: [],
  message:
    "A client finds the image in <registry>, and none that is made for its operating system and processor. This is no failure of authentication.",
  remediation: {
    text: "Build the image for the node's platform too, or run it on nodes of a platform that it is made for.",
    cli: "az acr manifest list-metadata --subscription <subscriptionId> --registry <registry> --name REPOSITORY",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/push-multi-architecture-images"],

  rulesOut: ({ error }) => (toldBy(error) === "platform" ? undefined : "no text tells of a platform"),
  weigh: () => ({ verdict: "likely", evidence: {} }),
});

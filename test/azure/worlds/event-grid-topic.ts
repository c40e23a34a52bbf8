import { resourceBody } from "./resource.ts";

/** A custom topic of Event Grid that takes events from identities alone. */
export function eventGridTopicBody({
  subscriptionId,
  resourceGroup,
  name,
  inputSchema = "EventGridSchema",
}: EventGridTopicOptions) {
  return resourceBody({
    subscriptionId,
    resourceGroup,
    type: "Microsoft.EventGrid/topics",
    name,
    properties: {
      endpoint: topicEndpoint(name),
      inputSchema,
      publicNetworkAccess: "Enabled",
      disableLocalAuth: true,
      minimumTlsVersionAllowed: "1.2",
      dataResidencyBoundary: "WithinGeopair",
    },
  });
}

export interface EventGridTopicOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly inputSchema?: "EventGridSchema" | "CloudEventSchemaV1_0";
}

export function topicEndpoint(name: string): string {
  return `https://${name}.westeurope-1.eventgrid.azure.net/api/events`;
}

import { parseResourceId } from "../../resource-id.ts";

/** A private zone, as commands name it; what is not known is a word in capitals to replace. */
export function zonePlace(zoneId: string | undefined) {
  const place = parseResourceId(zoneId ?? "");
  return {
    zoneId: zoneId ?? "ZONE_ID",
    zoneName: place?.name ?? "ZONE_NAME",
    zoneGroup: place?.resourceGroup ?? "RESOURCE_GROUP",
    zoneSubscription: place?.subscriptionId ?? "SUBSCRIPTION_ID",
  };
}

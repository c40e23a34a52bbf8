export type CloudName = "AzureCloud" | "AzureUSGovernment" | "AzureChinaCloud";

/** Where one Azure cloud answers. Names are those of `az cloud list`. */
export interface Cloud {
  readonly name: CloudName;
  readonly authority: string;
  readonly resourceManager: string;
  readonly graph: string;
  readonly logs: string;
}

/**
 * https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure
 * https://learn.microsoft.com/azure/china/resources-developer-guide
 */
export const clouds: Readonly<Record<CloudName, Cloud>> = {
  AzureCloud: {
    name: "AzureCloud",
    authority: "https://login.microsoftonline.com",
    resourceManager: "https://management.azure.com",
    graph: "https://graph.microsoft.com",
    logs: "https://api.loganalytics.io",
  },
  AzureUSGovernment: {
    name: "AzureUSGovernment",
    authority: "https://login.microsoftonline.us",
    resourceManager: "https://management.usgovcloudapi.net",
    graph: "https://graph.microsoft.us",
    logs: "https://api.loganalytics.us",
  },
  AzureChinaCloud: {
    name: "AzureChinaCloud",
    authority: "https://login.chinacloudapi.cn",
    resourceManager: "https://management.chinacloudapi.cn",
    graph: "https://microsoftgraph.chinacloudapi.cn",
    logs: "https://api.loganalytics.azure.cn",
  },
};

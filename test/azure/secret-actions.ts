const actions = new Set(
  [
    "listCredentials",
    "regenerateCredential",
    "generateCredentials",
    "listKeys",
    "regenerateKey",
    "listSecrets",
    "listAuthToken",
    "getAuthToken",
    "listAdminKeys",
    "listQueryKeys",
    "listConnectionStrings",
    "listClusterAdminCredential",
    "listClusterUserCredential",
    "listClusterMonitoringUserCredential",
    "listCredential",
    "listAccountSas",
    "listServiceSas",
    "sharedKeys",
    "regenerateSharedKey",
    "getCallbackConfig",
    "listBuildSourceUploadUrl",
    "listLogSasUrl",
    "publishxml",
    "listFunctionKeys",
    "listHostKeys",
  ].map((name) => name.toLowerCase()),
);

/** Whether a call answers with, or makes, a secret. `names` is the path after the namespace. */
export function isSecretAction(method: string, names: readonly string[]): boolean {
  if (method !== "POST") return false;
  const last = names.at(-1)?.toLowerCase() ?? "";
  if (actions.has(last)) return true;
  return last === "list" && names.some((name) => name.toLowerCase() === "config");
}

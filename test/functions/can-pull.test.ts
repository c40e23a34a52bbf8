import { expect, test } from "vitest";
import { azureWith, someday } from "../audit.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { startApp } from "./start-app.ts";

const ask = async (query: string) => {
  const azure = await azureWith(defaultWorld(someday));
  const host = await startApp();
  const { status, headers, body } = await host.http("canPull", { url: `/api/can-pull?${query}` });
  azure.assertClean();
  return { status, type: headers["content-type"], body: JSON.parse(body) };
};

test("one question is answered with its reason, its evidence and what would change it", async () => {
  const { status, body } = await ask("from=aks-dispatch&registry=nfdispatch&repository=dispatch/api&code=s3cret");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    answer: "deny",
    reason: "not-attached",
    repositories: ["dispatch/api"],
    evidence: { ruleIds: ["kubelet-cannot-pull"] },
    remedy: { cli: expect.stringMatching(/^az aks update/), bicep: expect.stringMatching(/roleAssignments@/) },
  });
  expect(JSON.stringify(body)).not.toContain("s3cret");
});

test.for([
  ["no workload", "registry=nfdispatch", 400, /from/],
  ["another parameter", "from=a&registry=b&colour=red", 400, /colour/],
  ["a parameter given twice", "from=a&from=b&registry=c", 400, /from/],
  ["a workload that is not there", "from=aks-nowhere&registry=nfdispatch", 404, /no workload "aks-nowhere"/],
  ["a registry that is not there", "from=aks-dispatch&registry=nowhere", 404, /no registry "nowhere"/],
] as const)("%s is refused with problem details", async ([, query, code, says]) => {
  const { status, type, body } = await ask(query);
  expect(status).toBe(code);
  expect(type).toBe("application/problem+json");
  expect(body.detail).toMatch(says);
});

test("a name that would end a string in a query is never part of one", async () => {
  const { status, body } = await ask(`from=${encodeURIComponent("x' or 1 == 1 //")}&registry=nfdispatch`);
  expect(status).toBe(404);
  expect(body.detail).toMatch(/is no name, id or login server/);
});

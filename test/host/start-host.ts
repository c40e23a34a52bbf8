import { createRuntime, type Runtime, type RuntimeOptions } from "../../src/app/runtime.ts";
import { readSettings } from "../../src/settings.ts";
import { type FunctionMetadata, functionsCore, type RegisteredFunction, type RpcValue } from "./functions-core.ts";
import { fromRpc, type HttpAnswer, type HttpCall, toRpc } from "./http-call.ts";
import { type ListeningHost, type ListenOptions, listen } from "./listen.ts";
import { triggerOf } from "./trigger-of.ts";

export interface HostOptions extends RuntimeOptions {
  /** The app's settings, as the platform would put them into its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLog?: (line: LogLine) => void;
  readonly onInvocation?: (invocation: Invocation) => void;
}

export interface LogLine {
  readonly functionName: string;
  readonly level: string;
  readonly message: string;
}

export interface Invocation {
  readonly functionName: string;
  readonly phase: "started" | "succeeded" | "failed";
}

/** The registered functions of the app, called as the Functions host and its worker call them. */
export interface Host {
  readonly runtime: Runtime;
  readonly env: HostOptions["env"];
  readonly functions: readonly FunctionMetadata[];
  readonly logs: readonly LogLine[];
  readonly http: (name: string, call: HttpCall) => Promise<HttpAnswer>;
  readonly timer: (name: string, timer?: { readonly isPastDue?: boolean }) => Promise<void>;
  /** Calls a queue function with the text of a message. Throws what the function throws: the message stays. */
  readonly queue: (name: string, text: string, dequeueCount?: number) => Promise<void>;
  /** Calls an Event Grid function with one event, in whatever schema. Throws what the function throws. */
  readonly eventGrid: (name: string, event: unknown) => Promise<void>;
  /** Serves the functions on loopback, polls their queues and runs their timers. */
  readonly listen: (options?: ListenOptions) => Promise<ListeningHost>;
}

/** Loads the app as `main.ts` does, with the given environment. Can be done again and again in one process. */
export async function startHost({ env, onLog, onInvocation, ...options }: HostOptions): Promise<Host> {
  const core = functionsCore();
  const functions = new Map<string, RegisteredFunction>();
  const logs: LogLine[] = [];
  const log = (line: LogLine) => {
    logs.push(line);
    onLog?.(line);
  };
  const runtime = createRuntime(readSettings(env, { hosted: true }), options);
  const { registerAll } = await import("../../src/functions/register-all.ts");
  core.functions = functions;
  registerAll(runtime);
  for (const { metadata } of functions.values()) assertResolved(metadata, env);

  async function invoke(functionName: string, data: RpcValue, metadata: Readonly<Record<string, RpcValue>> = {}) {
    onInvocation?.({ functionName, phase: "started" });
    try {
      const response = await run(functionName, data, metadata);
      onInvocation?.({ functionName, phase: "succeeded" });
      return response;
    } catch (error) {
      onInvocation?.({ functionName, phase: "failed" });
      throw error;
    }
  }

  async function run(name: string, data: RpcValue, triggerMetadata: Readonly<Record<string, RpcValue>>) {
    const registered = functions.get(name);
    if (!registered || !core.model) throw new Error(`There is no function "${name}".`);
    const { metadata, callback } = registered;
    const invocationId = crypto.randomUUID();
    const inputData = [{ name: triggerOf(metadata).name, data }];
    const model = core.model.getInvocationModel({
      invocationId,
      metadata,
      state: undefined,
      request: { invocationId, functionId: name, inputData, triggerMetadata, traceContext: {} },
      log: (level: string, _category: string, message: string) => log({ functionName: name, level, message }),
    });
    const { context, inputs } = await model.getArguments();
    const before = { invocationContext: context, inputs, functionCallback: callback, hookData: {}, appHookData: {} };
    for (const hook of core.hooks.preInvocation) await hook(before);
    const result = await model.invokeFunction(context, before.inputs, before.functionCallback);
    return model.getResponse(context, result);
  }

  const host: Host = {
    runtime,
    env,
    functions: [...functions.values()].map(({ metadata }) => metadata),
    logs,
    http: async (name, call) => {
      try {
        const { returnValue } = await invoke(name, { http: toRpc(call) });
        return fromRpc(returnValue?.http);
      } catch (error) {
        log({ functionName: name, level: "error", message: String(error) });
        return { status: 500, headers: {}, body: "" }; // as the host does: nothing of the error goes out
      }
    },
    timer: async (name, { isPastDue = false } = {}) => {
      const timer = { Schedule: { AdjustForDST: true }, ScheduleStatus: null, IsPastDue: isPastDue };
      await invoke(name, { json: JSON.stringify(timer) });
    },
    queue: async (name, text, dequeueCount = 1) => {
      await invoke(name, { string: text }, { DequeueCount: { json: String(dequeueCount) } });
    },
    eventGrid: async (name, event) => {
      await invoke(name, { json: JSON.stringify(event) });
    },
    listen: (listenOptions) => listen(host, log, listenOptions),
  };
  return host;
}

/** The host takes `%NAME%` from the app's settings alone, and does not start a function whose setting is missing. */
function assertResolved(metadata: FunctionMetadata, env: HostOptions["env"]): void {
  for (const [, name = ""] of JSON.stringify(metadata.bindings).matchAll(/%(\w+)%/g)) {
    if ((env[name] ?? "") === "")
      throw new Error(`'%${name}%' of function "${metadata.name}" does not resolve to a value.`);
  }
}
